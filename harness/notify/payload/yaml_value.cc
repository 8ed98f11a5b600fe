#include "notify/payload/yaml_value.h"

#include <string_view>

#include "yaml/document.h"

namespace firedrill::notify {
namespace {

using Kind = Value::Kind;

Value value_of(const yaml::Node& node) {
  Value value;
  if (node.is_null()) return value;
  value.text = node.text;
  if (node.is_sequence()) {
    value.kind = Kind::list;
    for (const yaml::Node* item : node.items) value.items.push_back(value_of(*item));
  } else if (node.is_mapping()) {
    value.kind = Kind::map;
    for (const yaml::Node::Entry& entry : node.entries) {
      // Keys that are no texts are left out.
      if (yaml::scalar_number(*entry.key_node) || yaml::scalar_boolean(*entry.key_node)) continue;
      value.entries.emplace_back(entry.key, value_of(*entry.value));
    }
  } else if (const auto truth = yaml::scalar_boolean(node)) {
    value.kind = Kind::boolean;
    value.text = *truth ? "true" : "false";
  } else {
    value.kind = yaml::scalar_number(node) ? Kind::number : Kind::text;
  }
  return value;
}

// Up to the bracket that closes the one it begins with; the whole text if it begins with none.
std::string leading_collection(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos || (text[begin] != '[' && text[begin] != '{')) return text;
  std::size_t depth = 0;
  char before = ',';  // the last character that is no space
  for (std::size_t i = begin; i < text.size(); ++i) {
    const char c = text[i];
    const bool begins_scalar = std::string_view("[{,:").contains(before);
    if ((c == '"' || c == '\'') && begins_scalar) {
      for (++i; i < text.size() && text[i] != c; ++i) {
        if (c == '"' && text[i] == '\\') ++i;
      }
    } else if (c == '[' || c == '{') {
      ++depth;
    } else if ((c == ']' || c == '}') && --depth == 0) {
      return text.substr(0, i + 1);
    }
    if (!std::string_view(" \t\r\n").contains(c)) before = c;
  }
  return text;
}

}  // namespace

std::optional<Value> yaml_value(const std::string& text) {
  Diagnostics unread;
  const auto document =
      yaml::Document::parse(make_source("<rendered>", leading_collection(text)), unread, yaml::Dialect::prometheus);
  if (document == nullptr || has_errors(unread)) return std::nullopt;
  Value value = value_of(document->root());
  if (value.kind == Kind::text) return std::nullopt;
  return value;
}

}  // namespace firedrill::notify
