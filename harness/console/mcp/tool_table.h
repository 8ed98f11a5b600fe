// The tools that a drill has for programs, a row each: what they take, and which lines of the console they stand for.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/text/json.h"
#include "console/mcp/tool.h"

namespace firedrill::console::mcp {

struct Tool {
  std::string_view name;
  std::string_view title;
  std::string_view doc;
  std::span<const Argument> arguments;
  bool reads_only = true;
  // Of arguments that are right. Several lines are taken in their order, up to the first that is refused. None: the
  // arguments do not go together, and `doc` says how they do.
  std::vector<std::string> (*lines)(const json::object& arguments) = nullptr;
};

std::span<const Tool> tool_table();

}  // namespace firedrill::console::mcp
