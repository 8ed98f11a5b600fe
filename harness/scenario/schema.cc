#include "scenario/schema.h"

#include <string>

#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "fake_services/actions/action_table.h"
#include "fake_services/faults/fault_table.h"
#include "fake_services/topology/topology_yaml.h"
#include "incident/expectations/expectation_table.h"
#include "scenario/scenario_yaml.h"
#include "yaml/units.h"

namespace firedrill::scenario {
namespace {

using yaml::Block;
using yaml::ChildBlock;
using yaml::distribution_fields;
using yaml::Shape;
using yaml::target_fields;

constexpr std::string_view kDurationPattern =
    "(0|([0-9]+y)?([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?)";

json::string text(std::string_view view) {
  return json::string(view.data(), view.size());
}

json::object reference(std::string_view name) {
  return {{"$ref", text(format("#/$defs/{}", name))}};
}

json::object pattern(std::string regex) {
  return {{"type", "string"}, {"pattern", text(regex)}};
}

// A plain scalar reads as a text, whatever it looks like.
json::object any_text() {
  return {{"type", json::array{"string", "number", "boolean"}}};
}

json::value number(double value) {
  if (maths::floor(value) == value && maths::abs(value) < 9e15) return static_cast<std::int64_t>(value);
  return value;
}

void add_bounds(const FieldSpec& spec, json::object& schema) {
  if (maths::is_finite(spec.min)) schema["minimum"] = number(spec.min);
  if (maths::is_finite(spec.max)) schema["maximum"] = number(spec.max);
}

json::object one_text(const FieldSpec& spec) {
  if (spec.choices.empty()) return any_text();
  json::array choices;
  for (const std::string_view choice : spec.choices) choices.push_back(text(choice));
  return {{"enum", std::move(choices)}};
}

json::object of_type(const FieldSpec& spec) {
  switch (spec.type) {
    case FieldType::boolean:
      return {{"type", "boolean"}};
    case FieldType::integer:
    case FieldType::number: {
      json::object schema{{"type", spec.type == FieldType::integer ? "integer" : "number"}};
      add_bounds(spec, schema);
      return schema;
    }
    case FieldType::text:
      return one_text(spec);
    case FieldType::duration:
      if (spec.choices.empty()) return reference("duration");
      return {{"anyOf", json::array{reference("duration"), one_text(spec)}}};
    case FieldType::offset:
      return reference("offset");
    case FieldType::instant:
      return reference("instant");
    case FieldType::ratio: {
      json::object share{{"type", "number"}};
      add_bounds(spec, share);
      return {{"anyOf", json::array{std::move(share), reference("percentage")}}};
    }
    case FieldType::bytes:
      return reference("quantity");
    case FieldType::texts:
      return {{"anyOf", json::array{one_text(spec), json::object{{"type", "array"}, {"items", one_text(spec)}},
                                    json::object{{"type", "null"}}}}};
    case FieldType::text_map:
      return {{"type", json::array{"object", "null"}},
              {"additionalProperties", json::object{{"type", json::array{"string", "number", "boolean", "null"}}}}};
    case FieldType::distribution:
      return reference("distribution");
    case FieldType::target:
      return reference("target");
  }
  return {};
}

// A default as JSON would have it.
json::value default_of(const FieldSpec& spec) {
  if (spec.type == FieldType::boolean) return spec.default_text == "true";
  if (spec.type == FieldType::integer || spec.type == FieldType::number) {
    if (const auto value = parse_float(spec.default_text)) return number(*value);
  }
  return text(spec.default_text);
}

json::object field_schema(const FieldSpec& spec) {
  json::object schema = of_type(spec);
  if (!spec.doc.empty()) schema["description"] = text(spec.doc);
  if (!spec.default_text.empty()) schema["default"] = default_of(spec);
  return schema;
}

enum class Required { as_declared, nothing };  // nothing: of overrides, which name what they change

json::object object_schema(json::object properties, json::array required, Required need) {
  json::object schema{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
  if (need == Required::as_declared && !required.empty()) schema["required"] = std::move(required);
  return schema;
}

void add_fields(std::span<const FieldSpec> fields, json::object& properties, json::array& required) {
  for (const FieldSpec& spec : fields) {
    properties[spec.name] = field_schema(spec);
    if (spec.required) required.push_back(text(spec.name));
  }
}

json::object fields_schema(std::span<const FieldSpec> fields, Required need = Required::as_declared) {
  json::object properties;
  json::array required;
  add_fields(fields, properties, required);
  return object_schema(std::move(properties), std::move(required), need);
}

// A Block's tables nest a few levels deep and hold no cycle.
json::object block_schema(const Block& block, Required need);

json::object child_schema(const ChildBlock& child, Required need) {
  json::object inner = block_schema(*child.block, need);
  json::object schema;
  if (child.shape == Shape::one || child.shape == Shape::one_or_value) {
    schema = std::move(inner);
  } else if (child.shape == Shape::list) {
    schema = {{"type", json::array{"array", "null"}}, {"items", std::move(inner)}};
  } else if (child.shape == Shape::list_or_one) {
    json::object many{{"type", json::array{"array", "null"}}, {"items", inner}};
    schema = {{"anyOf", json::array{std::move(many), std::move(inner)}}};
  } else {
    // `name:` alone is a block in which everything has its default.
    inner["type"] = json::array{"object", "null"};
    schema = {{"type", json::array{"object", "null"}}, {"additionalProperties", std::move(inner)}};
  }
  schema["description"] = text(child.doc);
  return schema;
}

// A field's value, or the block that may stand in its place.
json::object value_or(const json::object& field, json::object block) {
  json::object value{{"type", field.at("type")}};
  json::object out{{"anyOf", json::array{std::move(value), std::move(block)}}};
  for (const char* key : {"description", "default"}) {
    if (const json::value* said = field.if_contains(key)) out[key] = *said;
  }
  return out;
}

json::object block_schema(const Block& block, Required need) {
  json::object properties;
  json::array required;
  add_fields(block.fields(), properties, required);
  for (const ChildBlock& child : block.children) {
    json::object inner = child_schema(child, need);
    if (child.shape == Shape::one_or_value) inner = value_or(properties[child.name].as_object(), std::move(inner));
    properties[child.name] = std::move(inner);
    if (child.required) required.push_back(text(child.name));
  }
  return object_schema(std::move(properties), std::move(required), need);
}

struct KindSchema {
  std::string_view kind;
  std::string_view doc;
  json::object schema;
};

// A list whose entries have a kind each: the kind decides what else an entry may say.
json::object list_by_kind(std::vector<KindSchema> kinds, std::string_view doc) {
  json::array names, conditions;
  for (KindSchema& kind : kinds) {
    names.push_back(text(kind.kind));
    kind.schema["description"] = text(kind.doc);
    const json::object is_kind{{"properties", json::object{{"kind", json::object{{"const", text(kind.kind)}}}}},
                               {"required", json::array{"kind"}}};
    conditions.push_back(json::object{{"if", is_kind}, {"then", std::move(kind.schema)}});
  }
  json::object entry{{"type", "object"},
                     {"properties", json::object{{"kind", json::object{{"enum", std::move(names)}}}}},
                     {"required", json::array{"id", "kind"}},
                     {"allOf", std::move(conditions)}};
  return {{"description", text(doc)}, {"type", json::array{"array", "null"}}, {"items", std::move(entry)}};
}

json::object faults_schema() {
  std::vector<KindSchema> kinds;
  for (const fake_services::FaultKind& kind : fake_services::fault_table()) {
    json::object schema = fields_schema(fake_services::fault_fields(kind));
    schema["properties"].as_object()["pattern"] = fields_schema(fake_services::fault_pattern_fields());
    if (kind.per_request) {
      schema["properties"].as_object()["match"] = fields_schema(fake_services::fault_match_fields());
    }
    kinds.push_back({kind.name, kind.doc, std::move(schema)});
  }
  return list_by_kind(std::move(kinds), "what goes wrong, and when");
}

json::object expectations_schema() {
  std::vector<KindSchema> kinds;
  for (const incident::ExpectationKind& kind : incident::expectation_kinds()) {
    kinds.push_back({kind.name, kind.doc, fields_schema(incident::fields_of(kind))});
  }
  return list_by_kind(std::move(kinds), "what has to follow");
}

// The action decides what else an entry may say.
json::object actions_schema() {
  json::array names, conditions;
  for (const fake_services::ActionSpec& action : fake_services::action_table()) {
    names.push_back(text(action.name));
    json::object schema = fields_schema(scripted_action_fields(action));
    schema["description"] = text(action.doc);
    const json::object is_kind{{"properties", json::object{{"action", json::object{{"const", text(action.name)}}}}},
                               {"required", json::array{"action"}}};
    conditions.push_back(json::object{{"if", is_kind}, {"then", std::move(schema)}});
  }
  json::object entry{{"type", "object"},
                     {"properties", json::object{{"action", json::object{{"enum", std::move(names)}}}}},
                     {"required", json::array{"after", "action"}},
                     {"allOf", std::move(conditions)}};
  return {{"description", "what they do, counted from when they first acknowledge"},
          {"type", json::array{"array", "null"}},
          {"items", std::move(entry)}};
}

json::object definitions() {
  const std::string duration(kDurationPattern);
  return {
      {"duration", json::object{{"description", "as Prometheus writes them: 1h30m"},
                                {"anyOf", json::array{pattern("^" + duration + "$"), json::object{{"const", 0}}}}}},
      {"offset", json::object{{"description", "a duration that may be negative: -5m"},
                              {"anyOf", json::array{pattern("^[-+]?" + duration + "$"), json::object{{"const", 0}}}}}},
      {"instant",
       json::object{
           {"description", "RFC 3339: 2026-03-03T13:30:00Z"},
           {"type", "string"},
           {"pattern",
            "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?([Zz]|[-+][0-9]{2}:[0-9]{2})$"}}},
      {"percentage", pattern("^[-+]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+) *%$")},
      {"quantity", json::object{{"description", "as Kubernetes writes them: 512Mi, 1Gi, 100M, 4096"},
                                {"anyOf", json::array{json::object{{"type", "number"}},
                                                      pattern("^[-+0-9.eE]+([KMGTPE]i|[numkMGTPE])?$")}}}},
      {"distribution",
       json::object{{"description", "of a time: a duration, or a shape with its quantiles"},
                    {"anyOf", json::array{reference("duration"), fields_schema(distribution_fields())}}}},
      {"target", fields_schema(target_fields())},
  };
}

json::object document(std::string_view title, json::object schema) {
  schema["properties"].as_object()[yaml::kSchemaKey] =
      json::object{{"type", "string"}, {"description", "where this schema is, for editors"}};
  json::object out{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", text(title)}};
  for (auto& [key, value] : schema) out[key] = std::move(value);
  out["$defs"] = definitions();
  return out;
}

}  // namespace

json::value scenario_schema() {
  json::object schema = block_schema(scenario_block(), Required::as_declared);
  json::object& properties = schema["properties"].as_object();
  properties["version"].as_object()["const"] = 1;
  properties["faults"] = faults_schema();
  properties["expectations"] = expectations_schema();
  json::object& responder = properties["responders"].as_object()["items"].as_object();
  responder["properties"].as_object()["actions"] = actions_schema();
  const ChildBlock& services = fake_services::topology_block().children.front();
  json::object overrides = child_schema(services, Required::nothing);
  overrides["description"] = "changes to the topology, by service; mappings are merged, anything else is replaced";
  properties["overrides"] = std::move(overrides);
  return document("firedrill scenario", std::move(schema));
}

json::value topology_schema() {
  return block_file_schema("firedrill topology", fake_services::topology_block());
}

json::value block_file_schema(std::string_view title, const yaml::Block& block) {
  return document(title, block_schema(block, Required::as_declared));
}

}  // namespace firedrill::scenario
