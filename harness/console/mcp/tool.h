// What a program can call: a row of a table each, from which its JSON Schema and the check of its arguments follow.
#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/text/json.h"

namespace firedrill::console::mcp {

enum class ArgumentType { text, number, integer, boolean };

struct Argument {
  std::string_view name;
  ArgumentType type = ArgumentType::text;
  bool required = false;
  std::string_view doc;
  std::span<const std::string_view> choices = {};  // of a text; empty: any
};

// What a call gives back. What cannot be done is an output, too: whoever called is to read why.
struct ToolOutput {
  bool ok = true;
  std::string text;
  json::value data = nullptr;  // an object, or null: there is none
};

inline constexpr std::size_t kLongestText = 48 * 1024;   // bytes of an output's text
inline constexpr std::size_t kLargestData = 192 * 1024;  // bytes of an output's data, as JSON
inline constexpr std::size_t kLongestArgument = 3500;    // bytes of a text

// Whether whoever called has taken it back.
using Stopped = std::function<bool()>;

// An object of the schema's vocabulary that all its revisions share: type, properties, required, enum.
json::object schema_of(std::span<const Argument> arguments);
// What is wrong with the arguments of a call, in a sentence that says what is expected.
std::expected<void, std::string> check_arguments(std::span<const Argument> arguments, const json::object& given);

// Cut to the bounds; what was cut is said in the text.
ToolOutput bounded(ToolOutput output);

}  // namespace firedrill::console::mcp
