// The values that a template can get hold of, as far as Go's reflection would tell them apart.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace firedrill::alerting {

// Go's types. `nil` is reflect's zero Value: no value at all.
enum class GoType : std::uint8_t {
  nil,
  boolean,
  integer,
  byte,           // an element of a string
  month,          // time.Month
  weekday,        // time.Weekday
  floating,       // float64
  text,           // string
  html,           // template.HTML
  string_map,     // map[string]string
  any_map,        // map[string]interface {}
  samples,        // template.queryResult
  sample,         // *template.sample, may be a nil pointer
  sample_struct,  // template.sample
  time,           // *time.Time
  duration,       // *time.Duration
  root,           // the struct that a template is given
};

struct Value;
using StringMap = std::map<std::string, std::string>;
using AnyMap = std::map<std::string, Value>;

struct SampleValue {
  std::shared_ptr<const StringMap> labels;
  double value = 0;
};
using SamplePtr = std::shared_ptr<const SampleValue>;
using SampleList = std::vector<SamplePtr>;

struct Root {
  std::shared_ptr<const StringMap> labels;
  std::shared_ptr<const StringMap> external_labels;
  std::string external_url;
  double value = 0;
};

struct Value {
  GoType type = GoType::nil;
  // Its static type is interface {}: it came from .Value or a map of anything. Only messages tell the difference.
  bool boxed = false;
  // integer, byte, month, weekday, time (Unix milliseconds) and duration (nanoseconds) are int64.
  std::variant<std::monostate, bool, std::int64_t, double, std::string, std::shared_ptr<const StringMap>,
               std::shared_ptr<const AnyMap>, std::shared_ptr<SampleList>, SamplePtr, std::shared_ptr<const Root>>
      data;

  bool valid() const { return type != GoType::nil; }
  bool truth() const { return std::get<bool>(data); }
  std::int64_t integer() const { return std::get<std::int64_t>(data); }
  double number() const { return std::get<double>(data); }
  const std::string& text() const { return std::get<std::string>(data); }
  const StringMap& string_map() const { return *std::get<std::shared_ptr<const StringMap>>(data); }
  const AnyMap& any_map() const { return *std::get<std::shared_ptr<const AnyMap>>(data); }
  const std::shared_ptr<SampleList>& samples() const { return std::get<std::shared_ptr<SampleList>>(data); }
  const SamplePtr& sample() const { return std::get<SamplePtr>(data); }
  const Root& root() const { return *std::get<std::shared_ptr<const Root>>(data); }
};

Value make_bool(bool value);
Value make_integer(std::int64_t value, GoType type = GoType::integer);
Value make_float(double value);
Value make_text(std::string value, GoType type = GoType::text);
Value make_map(std::shared_ptr<const StringMap> map);
Value make_any_map(AnyMap map);
Value make_samples(SampleList samples);
Value make_sample(SamplePtr sample);
Value make_root(Root root);
Value boxed(Value value);

// Reflection's kinds, as far as comparison and formatting need them.
bool is_integer(const Value& value);
bool is_string(const Value& value);  // of kind string
// "map[string]string"; "<nil>" without a value.
std::string_view type_name(GoType type);
inline std::string_view type_name(const Value& value) {
  return type_name(value.type);
}
// Go templates' idea of truth: false, zero, nil and the empty are not.
bool is_true(const Value& value);

// A field of a struct or an element of a map; for a missing element the zero value. False if the value can have no
// field of that name.
bool field_of(const Value& value, const std::string& name, Value& field);

}  // namespace firedrill::alerting
