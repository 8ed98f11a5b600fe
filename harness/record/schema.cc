#include "record/schema.h"

#include <array>
#include <set>

#include "base/text/format.h"
#include "base/text/json.h"
#include "record/fields.h"

namespace firedrill::record {
namespace {

template <typename T>
struct Type {};

json::object plain(std::string_view type) {
  return {{"type", type}};
}
// NaN and infinities are written as texts.
json::object number() {
  return {{"anyOf", json::array{plain("number"), json::object{{"enum", json::array{"NaN", "+Inf", "-Inf"}}}}}};
}
json::object map_of_texts() {
  return {{"type", "object"}, {"additionalProperties", plain("string")}};
}

json::object choice_of(std::initializer_list<std::string_view> values) {
  json::array items;
  for (const std::string_view value : values) items.emplace_back(value);
  return {{"enum", std::move(items)}};
}

json::object schema(Type<bool>) {
  return plain("boolean");
}
json::object schema(Type<int>) {
  return {{"type", "integer"}, {"minimum", 0}};
}
json::object schema(Type<std::uint64_t>) {
  return {{"type", "integer"}, {"minimum", 0}};
}
json::object schema(Type<double>) {
  return number();
}
json::object schema(Type<std::string>) {
  return plain("string");
}
json::object schema(Type<Time>) {
  return {{"type", "string"}, {"pattern", "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$"}};
}
json::object schema(Type<Duration>) {
  return plain("number");
}
json::object schema(Type<SeverityLevel>) {
  return choice_of({"P0", "P1", "P2", "P3"});
}
json::object schema(Type<Verdict>) {
  return choice_of({"pass", "fail", "invalid", "scored"});
}
json::object schema(Type<HoldKind>) {
  json::array items;
  for (const HoldKind how : events::kHoldKinds) items.emplace_back(to_string(how));
  return {{"enum", std::move(items)}};
}
json::object schema(Type<std::int64_t>) {
  return plain("integer");
}
json::object schema(Type<events::ActionKind>) {
  json::array items;
  for (const events::ActionKind kind : events::kActionKinds) items.emplace_back(to_string(kind));
  return {{"enum", std::move(items)}};
}
json::object schema(Type<SliKind>) {
  return choice_of({"success_rate", "latency"});
}
json::object schema(Type<model::Labels>) {
  return map_of_texts();
}
json::object schema(Type<std::vector<std::pair<std::string, std::string>>>) {
  return map_of_texts();
}
json::object schema(Type<events::Event>);
// What may be declared is handed in: record_schema() puts it in place.
json::object schema(Type<Expectation>) {
  return plain("object");
}

template <typename T>
json::object schema(Type<std::vector<T>>);
template <typename T>
  requires requires(struct Describer& describer, T& value) { fields(describer, value); }
json::object schema(Type<T>);

struct Describer {
  json::object properties;
  json::array required;

  template <typename T>
  void operator()(const char* name, std::optional<T>&, const char* doc) {
    add(name, schema(Type<T>()), doc);
  }
  template <typename T>
  void operator()(const char* name, T&, const char* doc) {
    add(name, schema(Type<T>()), doc);
    required.emplace_back(name);
  }
  void choice(const char* name, const std::string&, std::initializer_list<std::string_view> words, const char* doc) {
    add(name, choice_of(words), doc);
    required.emplace_back(name);
  }
  void add(const char* name, json::object described, const char* doc) {
    json::object property{{"description", doc}};
    for (const auto& member : described) property[member.key()] = member.value();
    properties[name] = std::move(property);
  }
};

json::object strict(json::object properties, json::array required) {
  json::object out{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) out["required"] = std::move(required);
  out["additionalProperties"] = false;
  return out;
}

template <typename T>
json::object schema(Type<std::vector<T>>) {
  return {{"type", "array"}, {"items", schema(Type<T>())}};
}

template <typename T>
  requires requires(struct Describer& describer, T& value) { fields(describer, value); }
json::object schema(Type<T>) {
  Describer describer;
  T value{};
  fields(describer, value);
  return strict(std::move(describer.properties), std::move(describer.required));
}

json::object event_field(events::EventFieldType type) {
  switch (type) {
    case events::EventFieldType::text:
      return plain("string");
    case events::EventFieldType::number:
      return number();
    case events::EventFieldType::labels:
      return map_of_texts();
  }
  return {};
}

// One alternative for each kind: what it carries differs.
json::object schema(Type<events::Event>) {
  json::array kinds;
  for (const events::EventKindSpec& spec : events::event_kinds()) {
    if (!spec.recorded) continue;
    json::object properties;
    properties["t"] = schema(Type<Time>());
    properties["kind"] = json::object{{"const", spec.name}};
    properties["subject"] = json::object{{"type", "string"}, {"description", spec.subject}};
    for (const events::EventFieldSpec& field : spec.fields) {
      json::object property = event_field(field.type);
      property["description"] = field.doc;
      properties[field.name] = std::move(property);
    }
    json::object kind = strict(std::move(properties), {"t", "kind", "subject"});
    kind["description"] = spec.doc;
    kinds.emplace_back(std::move(kind));
  }
  return {{"oneOf", std::move(kinds)}};
}

json::object field_schema(const FieldSpec& spec) {
  switch (spec.type) {
    case FieldType::boolean:
      return plain("boolean");
    case FieldType::integer:
      return plain("integer");
    case FieldType::number:
    case FieldType::ratio:
    case FieldType::bytes:
      return number();
    case FieldType::texts:
      return {{"type", "array"}, {"items", plain("string")}};
    case FieldType::text_map:
      return map_of_texts();
    case FieldType::distribution:
    case FieldType::target:
      return plain("object");
    case FieldType::text:
    case FieldType::duration:
    case FieldType::offset:
    case FieldType::instant:
      break;
  }
  json::object out = plain("string");
  if (!spec.choices.empty()) {
    json::array choices;
    for (const std::string_view value : spec.choices) choices.emplace_back(value);
    out["enum"] = std::move(choices);
  }
  return out;
}

json::object declared_expectation(const ExpectationForms& forms) {
  json::array kinds;
  for (const auto& [kind, fields] : forms) {
    json::object properties;
    json::array required;
    for (const FieldSpec& spec : fields) {
      json::object property = spec.name == "kind" ? json::object{{"const", kind}} : field_schema(spec);
      property["description"] = spec.doc;
      properties[spec.name] = std::move(property);
      if (spec.required) required.emplace_back(spec.name);
    }
    kinds.emplace_back(strict(std::move(properties), std::move(required)));
  }
  return {{"oneOf", std::move(kinds)}};
}

}  // namespace

std::string record_schema(const ExpectationForms& forms) {
  json::object out{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                   {"$id", format("urn:firedrill:record:{}", kRecordVersion)},
                   {"title", "The record of a firedrill run"}};
  json::object body = schema(Type<Record>());
  body["properties"].as_object()["version"] = json::object{{"const", kRecordVersion}};
  body.at("properties").at("declared").at("properties").at("expectations").at("items") = declared_expectation(forms);
  for (const auto& member : body) out[member.key()] = member.value();
  return write_json(out, JsonStyle::pretty) + "\n";
}

}  // namespace firedrill::record
