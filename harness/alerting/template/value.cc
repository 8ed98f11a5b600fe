#include "alerting/template/value.h"

#include <utility>

namespace firedrill::alerting {

Value make_bool(bool value) {
  return {GoType::boolean, false, value};
}
Value make_integer(std::int64_t value, GoType type) {
  return {type, false, value};
}
Value make_float(double value) {
  return {GoType::floating, false, value};
}
Value make_text(std::string value, GoType type) {
  return {type, false, std::move(value)};
}
Value make_map(std::shared_ptr<const StringMap> map) {
  return {GoType::string_map, false, std::move(map)};
}
Value make_any_map(AnyMap map) {
  return {GoType::any_map, false, std::make_shared<const AnyMap>(std::move(map))};
}
Value make_samples(SampleList samples) {
  return {GoType::samples, false, std::make_shared<SampleList>(std::move(samples))};
}
Value make_sample(SamplePtr sample) {
  return {GoType::sample, false, std::move(sample)};
}
Value make_root(Root root) {
  return {GoType::root, false, std::make_shared<const Root>(std::move(root))};
}
Value boxed(Value value) {
  value.boxed = true;
  return value;
}

bool is_integer(const Value& value) {
  return value.type == GoType::integer || value.type == GoType::byte || value.type == GoType::month ||
         value.type == GoType::weekday;
}

bool is_string(const Value& value) {
  return value.type == GoType::text || value.type == GoType::html;
}

std::string_view type_name(GoType type) {
  switch (type) {
    case GoType::nil:
      return "<nil>";
    case GoType::boolean:
      return "bool";
    case GoType::integer:
      return "int";
    case GoType::byte:
      return "uint8";
    case GoType::month:
      return "time.Month";
    case GoType::weekday:
      return "time.Weekday";
    case GoType::floating:
      return "float64";
    case GoType::text:
      return "string";
    case GoType::html:
      return "template.HTML";
    case GoType::string_map:
      return "map[string]string";
    case GoType::any_map:
      return "map[string]interface {}";
    case GoType::samples:
      return "template.queryResult";
    case GoType::sample:
      return "*template.sample";
    case GoType::sample_struct:
      return "template.sample";
    case GoType::time:
      return "*time.Time";
    case GoType::duration:
      return "*time.Duration";
    case GoType::root:
      return "struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface "
             "{} }";
  }
  return {};
}

bool is_true(const Value& value) {
  switch (value.type) {
    case GoType::nil:
      return false;
    case GoType::boolean:
      return value.truth();
    case GoType::integer:
    case GoType::byte:
    case GoType::month:
    case GoType::weekday:
      return value.integer() != 0;
    case GoType::floating:
      return value.number() != 0;
    case GoType::text:
    case GoType::html:
      return !value.text().empty();
    case GoType::string_map:
      return !value.string_map().empty();
    case GoType::any_map:
      return !value.any_map().empty();
    case GoType::samples:
      return value.samples() && !value.samples()->empty();
    case GoType::sample:
      return value.sample() != nullptr;
    case GoType::sample_struct:
    case GoType::time:
    case GoType::duration:
    case GoType::root:
      return true;
  }
  return false;
}

bool field_of(const Value& value, const std::string& name, Value& field) {
  switch (value.type) {
    case GoType::string_map: {
      const auto it = value.string_map().find(name);
      field = make_text(it == value.string_map().end() ? std::string() : it->second);
      return true;
    }
    case GoType::any_map: {
      const auto it = value.any_map().find(name);
      field = it == value.any_map().end() ? Value{} : boxed(it->second);
      return true;
    }
    case GoType::sample:
    case GoType::sample_struct:
      if (!value.sample()) return false;
      if (name == "Labels") field = make_map(value.sample()->labels);
      if (name == "Value") field = boxed(make_float(value.sample()->value));
      return name == "Labels" || name == "Value";
    case GoType::root: {
      const Root& root = value.root();
      if (name == "Labels") field = make_map(root.labels);
      if (name == "ExternalLabels") field = make_map(root.external_labels);
      if (name == "ExternalURL") field = make_text(root.external_url);
      if (name == "Value") field = boxed(make_float(root.value));
      return name == "Labels" || name == "ExternalLabels" || name == "ExternalURL" || name == "Value";
    }
    default:
      return false;
  }
}

}  // namespace firedrill::alerting
