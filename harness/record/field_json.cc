#include "record/field_json.h"

#include <algorithm>

#include "base/duration.h"
#include "base/text/numbers.h"

namespace firedrill::record {
namespace {

std::string signed_duration(Duration d) {
  return d < 0ms ? "-" + format_duration(-d) : format_duration(d);
}

json::value distribution_json(const DistributionSpec& spec) {
  json::object out{{"distribution", spec.distribution}};
  const auto add = [&](const char* name, Duration d) {
    if (d != 0ms) out[name] = format_duration(d);
  };
  add("p50", spec.p50);
  add("p90", spec.p90);
  add("p99", spec.p99);
  add("mean", spec.mean);
  return out;
}

json::value target_json(const TargetSpec& spec) {
  json::object out;
  if (!spec.service.empty()) out["service"] = spec.service;
  if (!spec.zone.empty()) out["zone"] = spec.zone;
  out["mode"] = spec.mode;
  if (spec.value != 0) out["value"] = spec.value;
  if (!spec.dependency.empty()) out["dependency"] = spec.dependency;
  return out;
}

struct ToJson {
  json::value operator()(bool value) const { return value; }
  json::value operator()(std::int64_t value) const { return value; }
  json::value operator()(double value) const { return value; }
  json::value operator()(const std::string& value) const { return json::value(json::string(value)); }
  json::value operator()(Duration value) const { return json::value(json::string(signed_duration(value))); }
  json::value operator()(Time value) const { return json::value(json::string(format_instant(value))); }
  json::value operator()(const std::vector<std::string>& values) const {
    json::array out;
    for (const std::string& value : values) out.emplace_back(value);
    return out;
  }
  json::value operator()(const std::map<std::string, std::string>& values) const {
    json::object out;
    for (const auto& [name, value] : values) out[name] = value;
    return out;
  }
  json::value operator()(const DistributionSpec& value) const { return distribution_json(value); }
  json::value operator()(const TargetSpec& value) const { return target_json(value); }
};

std::string text_at(const json::object& object, std::string_view name, std::string_view fallback = {}) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string(fallback);
}

std::optional<Duration> read_duration(const json::value& value) {
  if (!value.is_string()) return std::nullopt;
  std::string_view text = value.get_string();
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const auto duration = parse_duration(text);
  if (!duration) return std::nullopt;
  return negative ? -*duration : *duration;
}

std::optional<FieldValue> read_distribution(const json::value& value) {
  if (!value.is_object()) return std::nullopt;
  const json::object& object = value.get_object();
  const auto time = [&](const char* name) {
    const json::value* found = object.if_contains(name);
    return found != nullptr ? read_duration(*found).value_or(Duration(0)) : Duration(0);
  };
  return FieldValue(
      DistributionSpec{text_at(object, "distribution"), time("p50"), time("p90"), time("p99"), time("mean")});
}

std::optional<FieldValue> read_target(const json::value& value) {
  if (!value.is_object()) return std::nullopt;
  const json::object& object = value.get_object();
  TargetSpec spec{text_at(object, "service"), text_at(object, "zone"), text_at(object, "mode", "all"), 0,
                  text_at(object, "dependency")};
  if (const json::value* share = object.if_contains("value")) spec.value = number_of(*share).value_or(0);
  return FieldValue(std::move(spec));
}

std::optional<FieldValue> read_texts(const json::value& value) {
  if (!value.is_array()) return std::nullopt;
  std::vector<std::string> out;
  for (const json::value& item : value.get_array()) {
    if (!item.is_string()) return std::nullopt;
    out.emplace_back(item.get_string());
  }
  return FieldValue(std::move(out));
}

std::optional<FieldValue> read_text_map(const json::value& value) {
  if (!value.is_object()) return std::nullopt;
  std::map<std::string, std::string> out;
  for (const auto& member : value.get_object()) {
    if (!member.value().is_string()) return std::nullopt;
    out.emplace(std::string(member.key()), std::string(member.value().get_string()));
  }
  return FieldValue(std::move(out));
}

template <typename T>
std::optional<FieldValue> wrap(const std::optional<T>& value) {
  return value ? std::optional<FieldValue>(FieldValue(*value)) : std::nullopt;
}

}  // namespace

std::optional<double> number_of(const json::value& value) {
  if (value.is_double()) return value.get_double();
  if (value.is_int64()) return static_cast<double>(value.get_int64());
  if (value.is_uint64()) return static_cast<double>(value.get_uint64());
  if (value.is_string()) {
    const std::string_view text = value.get_string();
    if (text == "NaN" || text == "+Inf" || text == "-Inf") return parse_float(text);
  }
  return std::nullopt;
}

json::value field_json(const FieldValue& value) {
  return std::visit(ToJson{}, value);
}

std::optional<FieldValue> read_field(const json::value& value, FieldType type) {
  switch (type) {
    case FieldType::boolean:
      return value.is_bool() ? wrap(std::optional(value.get_bool())) : std::nullopt;
    case FieldType::integer:
      return value.is_int64() ? wrap(std::optional(value.get_int64())) : std::nullopt;
    case FieldType::number:
    case FieldType::ratio:
    case FieldType::bytes:
      return wrap(number_of(value));
    case FieldType::text:
      return value.is_string() ? wrap(std::optional(std::string(value.get_string()))) : std::nullopt;
    case FieldType::duration:
    case FieldType::offset:
      return wrap(read_duration(value));
    case FieldType::instant:
      return value.is_string() ? wrap(parse_instant(std::string_view(value.get_string()))) : std::nullopt;
    case FieldType::texts:
      return read_texts(value);
    case FieldType::text_map:
      return read_text_map(value);
    case FieldType::distribution:
      return read_distribution(value);
    case FieldType::target:
      return read_target(value);
  }
  return std::nullopt;
}

}  // namespace firedrill::record
