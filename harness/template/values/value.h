// The values that a template can get hold of, as far as Go's reflection would tell them apart. A host's own objects are
// values too: it describes their types (name, fields, methods) in tables and hands in shared pointers to them.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace firedrill::templates {

struct CallContext;
struct Type;
struct Value;

// Of a function or method; the error as Go's function would word it.
using CallResult = std::expected<Value, std::string>;
// What a function or method takes.
using Parameters = std::span<const Type* const>;

enum class Kind : std::uint8_t {
  boolean,
  integer,
  floating,
  text,
  map,   // keys are strings
  list,  // a slice
  structure,
  pointer,
  any,        // interface {}: only of parameters and elements
  reflected,  // reflect.Value, what Go's own functions take: anything, nil too; only of parameters
};

struct Field {
  std::string_view name;
  Value (*of)(const Value& object);
};

struct Method {
  std::string_view name;
  Parameters parameters;
  bool variadic;  // the last parameter any number of times
  CallResult (*call)(const Value& receiver, std::span<const Value> arguments, const CallContext& context);
};

// A type of Go's. Types are the same if they are the same object.
struct Type {
  Kind kind;
  std::string_view name;          // as messages and %T show it: "template.KV"
  const Type* element = nullptr;  // of a map or a list; what a pointer points to
  std::span<const Field> fields{};
  std::span<const Method> methods{};
  std::string (*string)(const Value& value) = nullptr;  // its method String, with which fmt prints it
};

// Where a time is read off the clock.
class Zone {
 public:
  struct Reading {
    std::int64_t offset_s = 0;  // east of UTC
    std::string name;           // "CET"
  };
  virtual ~Zone() = default;
  virtual Reading at(std::int64_t unix_milliseconds) const = 0;
};

struct Instant {
  std::int64_t milliseconds = 0;       // since 1970
  std::shared_ptr<const Zone> zone{};  // null: UTC
  bool operator==(const Instant&) const = default;
};

using StringMap = std::map<std::string, std::string>;
using ValueMap = std::map<std::string, Value>;
using List = std::vector<Value>;
using Object = std::shared_ptr<const void>;

struct Value {
  const Type* type = nullptr;  // null: no value at all, reflect's zero Value
  // Its static type is interface {}: it came from a field, map or list of anything. Only messages tell the difference.
  bool boxed = false;
  // A pointer holds what that which it points to would; nothing if it is nil. A map whose elements are of kind text is
  // a StringMap, any other a ValueMap. Lists are shared like Go's slices: who sorts one sorts it for all that hold it.
  // Durations are in nanoseconds.
  std::variant<std::monostate, bool, std::int64_t, double, std::string, std::shared_ptr<const StringMap>,
               std::shared_ptr<const ValueMap>, std::shared_ptr<List>, Object, Instant>
      data;

  bool valid() const { return type != nullptr; }
  bool is(Kind kind) const { return type != nullptr && type->kind == kind; }
  bool truth() const { return std::get<bool>(data); }
  std::int64_t integer() const { return std::get<std::int64_t>(data); }
  double number() const { return std::get<double>(data); }
  const std::string& text() const { return std::get<std::string>(data); }
  const Instant& instant() const { return std::get<Instant>(data); }
  const std::shared_ptr<List>& list() const { return std::get<std::shared_ptr<List>>(data); }
  // Of structures and pointers to them: what make_object() was given. The type says which it is.
  template <typename T>
  const T& object() const {
    return *static_cast<const T*>(std::get<Object>(data).get());
  }
};

namespace types {
extern const Type boolean;
extern const Type integer;
extern const Type byte;  // an element of a string
extern const Type floating;
extern const Type text;
extern const Type html;   // template.HTML
extern const Type texts;  // []string
extern const Type list;   // []interface {}
extern const Type string_map;
extern const Type any_map;
extern const Type any;
extern const Type reflected;
// go_time.cc
extern const Type month;
extern const Type weekday;
extern const Type time;
extern const Type time_pointer;
extern const Type duration;
extern const Type duration_pointer;
}  // namespace types

inline Value make_bool(bool value) {
  return {&types::boolean, false, value};
}
inline Value make_integer(std::int64_t value, const Type& type = types::integer) {
  return {&type, false, value};
}
inline Value make_float(double value) {
  return {&types::floating, false, value};
}
inline Value make_text(std::string value, const Type& type = types::text) {
  return {&type, false, std::move(value)};
}
inline Value make_map(std::shared_ptr<const StringMap> map, const Type& type = types::string_map) {
  return {&type, false, std::move(map)};
}
inline Value make_map(ValueMap map, const Type& type = types::any_map) {
  return {&type, false, std::make_shared<const ValueMap>(std::move(map))};
}
inline Value make_list(List list, const Type& type = types::list) {
  return {&type, false, std::make_shared<List>(std::move(list))};
}
Value make_texts(std::span<const std::string> texts);
inline Value make_time(Instant instant, const Type& type = types::time) {
  return {&type, false, std::move(instant)};
}
// A structure, or a pointer to one: then null is nil.
Value make_object(Object object, const Type& type);
// In an interface {}.
inline Value boxed(Value value) {
  value.boxed = true;
  return value;
}

// "<nil>" without a value.
std::string_view type_name(const Value& value);

// A nil pointer, map or list; no value.
bool is_nil(const Value& value);
// Go templates' idea of truth: false, zero, nil and the empty are not.
bool is_true(const Value& value);
// Of a text in bytes, of a map or a list.
std::size_t length(const Value& value);
// What Go gives for a missing element: "" of a text, nothing of an interface.
Value zero(const Type& type);
// Whether nil is a value of the type.
bool can_be_nil(const Type& type);
// Whether a variable of that type takes the value as it is.
bool assignable(const Type& from, const Type& to);
// What a pointer that is not nil points to; anything else as it is.
Value indirect(const Value& value);

const Method* find_method(const Type& type, std::string_view name);
const Field* find_field(const Type& type, std::string_view name);
// An element of a map; for a missing one the zero value ("missingkey=zero" in Go).
Value element(const Value& map, const std::string& key);

// Calls visit(key, element) in order of the keys until it gives false.
template <typename Visitor>
void each_element(const Value& map, const Visitor& visit);

}  // namespace firedrill::templates

template <typename Visitor>
void firedrill::templates::each_element(const Value& map, const Visitor& visit) {
  if (const auto* texts = std::get_if<std::shared_ptr<const StringMap>>(&map.data)) {
    if (*texts == nullptr) return;
    for (const auto& [key, text] : **texts) {
      if (!visit(key, make_text(text, *map.type->element))) return;
    }
  } else if (const auto* values = std::get_if<std::shared_ptr<const ValueMap>>(&map.data)) {
    if (*values == nullptr) return;
    const bool anything = map.type->element->kind == Kind::any;
    for (const auto& [key, value] : **values) {
      if (!visit(key, anything ? boxed(value) : value)) return;
    }
  }
}
