#include "console/mcp/tool.h"

#include <algorithm>

#include "base/text/format.h"
#include "base/text/utf8.h"

namespace firedrill::console::mcp {
namespace {

std::string_view name_of(ArgumentType type) {
  switch (type) {
    case ArgumentType::text:
      return "string";
    case ArgumentType::number:
      return "number";
    case ArgumentType::integer:
      return "integer";
    case ArgumentType::boolean:
      return "boolean";
  }
  return "string";
}

bool is_of(const json::value& value, ArgumentType type) {
  switch (type) {
    case ArgumentType::text:
      return value.is_string();
    case ArgumentType::number:
      return value.is_number();
    case ArgumentType::integer:
      return value.is_int64() || value.is_uint64();
    case ArgumentType::boolean:
      return value.is_bool();
  }
  return false;
}

std::string listed(std::span<const std::string_view> names) {
  std::string out;
  for (const std::string_view name : names) out += (out.empty() ? "" : ", ") + std::string(name);
  return out;
}

std::expected<void, std::string> check(const Argument& argument, const json::value& value) {
  if (!is_of(value, argument.type)) {
    return std::unexpected(format("`{}` is of type {}: {}", argument.name, name_of(argument.type), argument.doc));
  }
  if (argument.type != ArgumentType::text) return {};
  const std::string_view text = value.as_string();
  if (text.size() > kLongestArgument) {
    return std::unexpected(format("`{}` may have {} bytes", argument.name, kLongestArgument));
  }
  if (!argument.choices.empty() && std::ranges::find(argument.choices, text) == argument.choices.end()) {
    return std::unexpected(format("`{}` is one of {}", argument.name, listed(argument.choices)));
  }
  return {};
}

// The first so many bytes, or fewer: no character is cut.
std::string_view beginning(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
  return text.substr(0, most);
}

}  // namespace

json::object schema_of(std::span<const Argument> arguments) {
  json::object properties;
  json::array required;
  for (const Argument& argument : arguments) {
    json::object property{{"type", name_of(argument.type)}, {"description", argument.doc}};
    if (!argument.choices.empty()) {
      json::array choices;
      for (const std::string_view choice : argument.choices) choices.emplace_back(choice);
      property["enum"] = std::move(choices);
    }
    properties[argument.name] = std::move(property);
    if (argument.required) required.emplace_back(argument.name);
  }
  json::object schema{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) schema["required"] = std::move(required);
  schema["additionalProperties"] = false;
  return schema;
}

std::expected<void, std::string> check_arguments(std::span<const Argument> arguments, const json::object& given) {
  for (const auto& [name, value] : given) {
    const auto it = std::ranges::find(arguments, std::string_view(name), &Argument::name);
    if (it == arguments.end()) {
      std::vector<std::string_view> names;
      for (const Argument& argument : arguments) names.push_back(argument.name);
      return std::unexpected(format("there is no argument `{}`; there {}", beginning(std::string_view(name), 100),
                                    names.empty() ? "is none" : "are " + listed(names)));
    }
    if (auto checked = check(*it, value); !checked) return checked;
  }
  for (const Argument& argument : arguments) {
    if (argument.required && !given.contains(argument.name)) {
      return std::unexpected(format("`{}` is missing: {}", argument.name, argument.doc));
    }
  }
  return {};
}

ToolOutput bounded(ToolOutput output) {
  if (output.text.size() > kLongestText) {
    const std::size_t all = output.text.size();
    output.text = std::string(beginning(output.text, kLongestText));
    output.text += format("\n[cut: {} of {} bytes; ask for less]\n", output.text.size(), all);
  }
  if (!output.data.is_null() && write_json(output.data, JsonStyle::compact).size() > kLargestData) {
    output.data = nullptr;
    output.text += "[the data is left out: it is too large; ask for less]\n";
  }
  return output;
}

}  // namespace firedrill::console::mcp
