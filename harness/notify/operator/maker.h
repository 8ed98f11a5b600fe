// Makes the nodes of a document that stands in no file, each with the place of what it was made from. Internal to the
// folder.
#pragma once

#include <string>
#include <string_view>

#include "yaml/document.h"

namespace firedrill::notify {

class Maker {
 public:
  explicit Maker(yaml::Document& arena) : arena_(arena) {}

  yaml::Node& mapping(const yaml::Node& at) { return make(yaml::Node::Kind::mapping, at); }
  yaml::Node& sequence(const yaml::Node& at) { return make(yaml::Node::Kind::sequence, at); }
  yaml::Node& text(std::string text, const yaml::Node& at);
  yaml::Node& truth(bool value, const yaml::Node& at);
  // An entry of a mapping, unless it has one of the key.
  void put(yaml::Node& mapping, std::string key, const yaml::Node& key_at, const yaml::Node& value);

 private:
  yaml::Node& make(yaml::Node::Kind kind, const yaml::Node& at);

  yaml::Document& arena_;
};

}  // namespace firedrill::notify
