// The form of a block of an Alertmanager configuration: a table of its fields, from which it is decoded, and what of
// them does not fit together. What go-yaml v2 does with Alertmanager's types is what these types do.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/diagnostic.h"
#include "notify/config/value.h"
#include "notify/version.h"

namespace firedrill::notify {

struct Form;

enum class FieldType : std::uint8_t {
  text,  // any scalar; nothing is the empty text
  boolean,
  optional_flag,  // the same, with a third state where it is left out
  integer,        // may be negative; of a number with a fraction the whole part
  count,          // not negative
  number,
  duration,      // Prometheus's form: 1h30m
  go_duration,   // Go's form: 1h30m, 1.5h, 300ms
  nanoseconds,   // the same, or a whole number of nanoseconds
  url,           // http or https
  template_url,  // the same, or a template
  any_url,       // whatever Go reads as an address
  host_port,     // smtp.example.org:587
  tls_version,
  texts,
  text_map,  // of texts by name
  any_map,   // of anything by name
  any,
  text_lists,  // of lists of texts by name
  long_text,   // a text; 0.34 has a long form of it
  long_texts,  // a list of texts, likewise
  block,
  blocks,        // a list
  named_blocks,  // by name
};

struct Field {
  std::string_view name;
  FieldType type = FieldType::text;
  std::string_view default_text{};  // of scalars; empty: none
  bool templated = false;           // its texts are executed as templates
  bool secret = false;
  const Form* form = nullptr;  // of blocks
  Version since = Version::v0_25;
};

// A key that is newer than what is read here.
struct NewerKey {
  std::string_view name;
  bool decides = false;  // so that leaving it out would change who is told of what, and when
};

// What checks of a block are given.
struct FormContext {
  Version version = kNewest;
  const Value* global = nullptr;  // decoded before the rest; null while it is decoded itself
  Diagnostics* diagnostics = nullptr;
};

struct Form {
  std::string_view name;  // in messages: "a slack_configs entry"
  std::span<const Field> fields;
  // What Alertmanager refuses beyond the fields' types; and what it fills in by itself. Null: nothing.
  void (*check)(Value& block, const FormContext& context) = nullptr;
  std::span<const NewerKey> newer{};
};

// Tables are written with these.
namespace fields {

constexpr Field of(FieldType type, std::string_view name, std::string_view default_text = {}) {
  return {.name = name, .type = type, .default_text = default_text};
}
constexpr Field plain(std::string_view name, std::string_view default_text = {}) {
  return of(FieldType::text, name, default_text);
}
constexpr Field templated(std::string_view name, std::string_view default_text = {}) {
  return {.name = name, .default_text = default_text, .templated = true};
}
constexpr Field templated(FieldType type, std::string_view name) {
  return {.name = name, .type = type, .templated = true};
}
constexpr Field secret(std::string_view name) {
  return {.name = name, .secret = true};
}
constexpr Field secret_template(std::string_view name) {
  return {.name = name, .templated = true, .secret = true};
}
constexpr Field flag(std::string_view name, bool by_default = false) {
  return of(FieldType::boolean, name, by_default ? "true" : "false");
}
constexpr Field block(std::string_view name, const Form& form, FieldType type = FieldType::block) {
  return {.name = name, .type = type, .form = &form};
}
// Unknown to Alertmanager 0.25.
constexpr Field recent(Field field) {
  field.since = Version::v0_33;
  return field;
}
constexpr Field hidden(Field field) {
  field.secret = true;
  return field;
}

}  // namespace fields
}  // namespace firedrill::notify
