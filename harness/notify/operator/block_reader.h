// One block of a resource becomes one of an alertmanager.yml, by its form. Internal to the folder.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/text/secret.h"
#include "notify/operator/maker.h"
#include "notify/operator/resource_form.h"

namespace firedrill::notify {

class BlockReader {
 public:
  // Texts that stand where a Secret should be named are added to `spilled`: no message may show them.
  BlockReader(Maker& maker, std::vector<Secret>& spilled, Diagnostics& diagnostics)
      : maker_(maker), spilled_(spilled), diagnostics_(diagnostics) {}

  // The fields of a mapping by the form; of keys in `elsewhere` nothing is said.
  yaml::Node& block(const yaml::Node& node, const ResourceForm& form, std::span<const std::string_view> elsewhere = {});

  // A text of the resource; told, and empty, if it is another value: the API refuses it.
  std::string text_of(const yaml::Node& node, std::string_view what);

 private:
  void field(const yaml::Node::Entry& entry, const ResourceField& field, yaml::Node& into);
  const yaml::Node* value_of(const yaml::Node& node, const ResourceField& field);
  const yaml::Node* list(const yaml::Node& node, const ResourceField& field);
  const yaml::Node* pairs(const yaml::Node& node, std::string_view what);
  const yaml::Node* secret(const yaml::Node& node, std::string_view what, bool address);
  const yaml::Node* reference(const yaml::Node& node, std::string_view what, std::string_view before);
  const yaml::Node* secrets_by_name(const yaml::Node& node, std::string_view what);

  Maker& maker_;
  std::vector<Secret>& spilled_;
  Diagnostics& diagnostics_;
};

}  // namespace firedrill::notify
