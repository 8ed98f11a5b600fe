// What the texts of a set define.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "template/parse/nodes.h"

namespace firedrill::templates {

// A text that was parsed as one; messages give places in it.
struct ParsedText {
  std::string name;
  std::string text;
};

struct Definition {
  std::shared_ptr<const ParsedText> source;
  NodePtr tree;
};

// By name.
using Definitions = std::map<std::string, std::shared_ptr<const Definition>, std::less<>>;

}  // namespace firedrill::templates
