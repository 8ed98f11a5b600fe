#include "base/fields.h"

#include <cassert>

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"

namespace firedrill {
namespace {

template <typename T>
T value_or(const FieldValue* value, T fallback) {
  if (value == nullptr) return fallback;
  assert(std::holds_alternative<T>(*value));
  const T* held = std::get_if<T>(value);
  return held != nullptr ? *held : fallback;
}

std::string text_of(bool value) {
  return value ? "true" : "false";
}
std::string text_of(std::int64_t value) {
  return format("{}", value);
}
std::string text_of(double value) {
  return format_number(value);
}
std::string text_of(const std::string& value) {
  return value;
}
std::string text_of(Duration value) {
  return format_duration(value);
}
std::string text_of(Time value) {
  return format_instant(value);
}

std::string text_of(const std::vector<std::string>& values) {
  std::string out;
  for (const std::string& value : values) out += (out.empty() ? "" : ", ") + value;
  return out;
}

std::string text_of(const std::map<std::string, std::string>& values) {
  std::string out;
  for (const auto& [name, value] : values) out += (out.empty() ? "" : ", ") + name + "=" + value;
  return out;
}

std::string text_of(const DistributionSpec& spec) {
  std::string out = spec.distribution;
  const auto add = [&](std::string_view name, Duration value) {
    if (value != Duration(0)) out += format(" {} {}", name, format_duration(value));
  };
  add("p50", spec.p50);
  add("p90", spec.p90);
  add("p99", spec.p99);
  add("mean", spec.mean);
  return out;
}

std::string text_of(const TargetSpec& target) {
  return format("{} {}", target.service.empty() ? target.zone : target.service, target.mode);
}

}  // namespace

std::string_view to_string(FieldType type) {
  switch (type) {
    case FieldType::boolean:
      return "true or false";
    case FieldType::integer:
      return "integer";
    case FieldType::number:
      return "number";
    case FieldType::text:
      return "text";
    case FieldType::duration:
      return "duration";
    case FieldType::offset:
      return "duration, may be negative";
    case FieldType::instant:
      return "instant";
    case FieldType::ratio:
      return "percentage";
    case FieldType::bytes:
      return "bytes";
    case FieldType::texts:
      return "list of texts";
    case FieldType::text_map:
      return "map of texts";
    case FieldType::distribution:
      return "distribution";
    case FieldType::target:
      return "target";
  }
  return "";
}

std::string to_text(const FieldValue& value) {
  return std::visit([](const auto& held) { return text_of(held); }, value);
}

void Fields::set(std::string_view name, FieldValue value, Position where) {
  entries_.insert_or_assign(std::string(name), Entry{std::move(value), std::move(where)});
}

bool Fields::has(std::string_view name) const {
  return entries_.find(name) != entries_.end();
}

std::vector<std::string> Fields::names() const {
  std::vector<std::string> names;
  for (const auto& [name, entry] : entries_) names.push_back(name);
  return names;
}

const FieldValue* Fields::find(std::string_view name) const {
  const auto it = entries_.find(name);
  return it == entries_.end() ? nullptr : &it->second.value;
}

const Position& Fields::where(std::string_view name) const {
  const auto it = entries_.find(name);
  return it == entries_.end() ? block_ : it->second.where;
}

bool Fields::boolean(std::string_view name, bool fallback) const {
  return value_or<bool>(find(name), fallback);
}

std::int64_t Fields::integer(std::string_view name, std::int64_t fallback) const {
  return value_or<std::int64_t>(find(name), fallback);
}

double Fields::number(std::string_view name, double fallback) const {
  return value_or<double>(find(name), fallback);
}

std::string Fields::text(std::string_view name, std::string_view fallback) const {
  return value_or<std::string>(find(name), std::string(fallback));
}

Duration Fields::duration(std::string_view name, Duration fallback) const {
  return value_or<Duration>(find(name), fallback);
}

Time Fields::instant(std::string_view name, Time fallback) const {
  return value_or<Time>(find(name), fallback);
}

std::vector<std::string> Fields::texts(std::string_view name) const {
  return value_or<std::vector<std::string>>(find(name), {});
}

std::map<std::string, std::string> Fields::text_map(std::string_view name) const {
  return value_or<std::map<std::string, std::string>>(find(name), {});
}

DistributionSpec Fields::distribution(std::string_view name, const DistributionSpec& fallback) const {
  return value_or<DistributionSpec>(find(name), fallback);
}

TargetSpec Fields::target(std::string_view name) const {
  return value_or<TargetSpec>(find(name), {});
}

}  // namespace firedrill
