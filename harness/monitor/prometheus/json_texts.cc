#include "monitor/prometheus/json_texts.h"

namespace firedrill::monitor {

const json::value* member(const json::value& value, std::string_view key) {
  const auto* object = value.if_object();
  return object == nullptr ? nullptr : object->if_contains(key);
}

std::string text_in(const json::value& value, std::string_view key) {
  const json::value* found = member(value, key);
  return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
}

const json::array& list_in(const json::value& value, std::string_view key) {
  static const json::array kNone;
  const json::value* found = member(value, key);
  return found != nullptr && found->is_array() ? found->as_array() : kNone;
}

std::vector<model::Label> texts_in(const json::value& value, std::string_view key) {
  std::vector<model::Label> out;
  const json::value* found = member(value, key);
  if (found == nullptr || !found->is_object()) return out;
  for (const auto& each : found->as_object()) {
    if (each.value().is_string()) out.push_back({std::string(each.key()), std::string(each.value().as_string())});
  }
  return out;
}

model::Labels labels_in(const json::value& value, std::string_view key) {
  return model::Labels::from(texts_in(value, key));
}

}  // namespace firedrill::monitor
