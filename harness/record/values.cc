#include "record/values.h"

#include <algorithm>

#include "base/text/format.h"
#include "record/field_json.h"
#include "record/fields.h"

namespace firedrill::record {
namespace {

json::object labels_json(const model::Labels& labels) {
  json::object out;
  for (const model::Label& label : labels) out[label.name] = label.value;
  return out;
}

std::optional<std::string> text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

std::optional<events::EventValue> event_value(const json::value& value, events::EventFieldType type) {
  switch (type) {
    case events::EventFieldType::text:
      if (value.is_string()) return events::EventValue(std::string(value.get_string()));
      break;
    case events::EventFieldType::number:
      if (const auto number = number_of(value)) return events::EventValue(*number);
      break;
    case events::EventFieldType::labels:
      if (!value.is_object()) break;
      std::vector<model::Label> labels;
      for (const auto& member : value.get_object()) {
        if (!member.value().is_string()) return std::nullopt;
        labels.push_back({std::string(member.key()), std::string(member.value().get_string())});
      }
      return events::EventValue(model::Labels::from(std::move(labels)));
  }
  return std::nullopt;
}

}  // namespace

json::object event_json(const events::Event& event) {
  json::object out{{"t", format_instant(event.t)}, {"kind", to_string(event.kind)}, {"subject", event.subject}};
  for (const events::EventField& field : event.fields) {
    if (const auto* text = std::get_if<std::string>(&field.value)) out[field.name] = *text;
    if (const auto* number = std::get_if<double>(&field.value)) out[field.name] = *number;
    if (const auto* labels = std::get_if<model::Labels>(&field.value)) out[field.name] = labels_json(*labels);
  }
  return out;
}

std::optional<std::string> read_event(const json::value& value, events::Event& event) {
  if (!value.is_object()) return "expected an object";
  const json::object& object = value.get_object();
  const auto t = text_of(object, "t");
  const auto instant = t ? parse_instant(*t) : std::nullopt;
  if (!instant) return "t: expected an instant";
  const auto kind = text_of(object, "kind");
  const auto known = kind ? events::parse_event_kind(*kind) : std::nullopt;
  if (!known || !events::spec_of(*known).recorded) return format("kind: unknown kind of event '{}'", kind.value_or(""));
  const auto subject = text_of(object, "subject");
  if (!subject) return "subject: expected a text";
  event = events::Event{*instant, *known, *subject, {}};
  const auto declared = events::spec_of(*known).fields;
  for (const auto& member : object) {
    const std::string_view name = member.key();
    if (name == "t" || name == "kind" || name == "subject") continue;
    const auto row = std::ranges::find(declared, name, &events::EventFieldSpec::name);
    if (row == declared.end()) return format("{}: unknown field", name);
    auto carried = event_value(member.value(), row->type);
    if (!carried) return format("{}: value of the wrong type", name);
    event.with(name, std::move(*carried));
  }
  return std::nullopt;
}

json::object expectation_json(const Expectation& expectation) {
  json::object out{{"id", expectation.id}, {"kind", expectation.kind}};
  for (const std::string& name : expectation.fields.names()) {
    if (name != "id" && name != "kind") out[name] = field_json(*expectation.fields.find(name));
  }
  return out;
}

std::optional<std::string> read_expectation(const json::value& value, const ExpectationForms& forms,
                                            Expectation& expectation) {
  if (!value.is_object()) return "expected an object";
  const json::object& object = value.get_object();
  const auto id = text_of(object, "id");
  const auto kind = text_of(object, "kind");
  if (!id) return "id: expected a text";
  const auto row = kind ? forms.find(*kind) : forms.end();
  if (row == forms.end()) return format("kind: unknown expectation '{}'", kind.value_or(""));
  expectation = {*id, *kind, {}};
  const std::vector<FieldSpec>& specs = row->second;
  for (const auto& member : object) {
    const std::string_view name = member.key();
    if (name == "id" || name == "kind") continue;
    const auto spec = std::ranges::find(specs, name, &FieldSpec::name);
    if (spec == specs.end()) return format("{}: unknown field", name);
    auto field = read_field(member.value(), spec->type);
    if (!field) return format("{}: value of the wrong type", name);
    expectation.fields.set(name, std::move(*field), {});
  }
  return std::nullopt;
}

}  // namespace firedrill::record
