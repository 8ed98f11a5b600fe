#include "notify/config/value.h"

#include <algorithm>

namespace firedrill::notify {

const Value* Value::find(std::string_view key) const {
  const auto entry = std::ranges::find(entries, key, [](const auto& each) -> std::string_view { return each.first; });
  return entry == entries.end() || entry->second.kind == Kind::absent ? nullptr : &entry->second;
}

std::string_view Value::text_of(std::string_view key) const {
  const Value* value = find(key);
  return value == nullptr ? std::string_view() : std::string_view(value->text);
}

Value& Value::at(std::string_view key) {
  const auto entry = std::ranges::find(entries, key, [](const auto& each) -> std::string_view { return each.first; });
  if (entry != entries.end()) return entry->second;
  entries.emplace_back(key, Value{.where = where});
  return entries.back().second;
}

const Position& Value::where_of(std::string_view key) const {
  const Value* value = find(key);
  return value == nullptr ? where : value->where;
}

void Value::set_text(std::string_view key, std::string_view content, bool is_template) {
  Value& value = at(key);
  value.kind = Kind::text;
  value.text = content;
  value.templated = is_template;
}

}  // namespace firedrill::notify
