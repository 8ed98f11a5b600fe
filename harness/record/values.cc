#include "record/values.h"

#include <algorithm>

#include "base/text/format.h"
#include "base/text/numbers.h"
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

std::vector<double> numbers_of(const json::array& array, bool& good) {
  std::vector<double> out;
  out.reserve(array.size());
  for (const json::value& item : array) {
    const auto number = number_of(item);
    good = good && number.has_value();
    out.push_back(number.value_or(0));
  }
  return out;
}

// Most buckets are empty: only those from the first to the last used one are written.
json::array buckets_json(const std::vector<double>& buckets) {
  const auto used = [](double count) { return count != 0; };
  const auto first = std::ranges::find_if(buckets, used);
  const auto last = std::ranges::find_if(buckets.rbegin(), buckets.rend(), used).base();
  json::array out;
  if (first == buckets.end()) return out;
  out.emplace_back(static_cast<double>(first - buckets.begin()));
  for (auto it = first; it != last; ++it) out.emplace_back(*it);
  return out;
}

std::optional<std::string> read_buckets(const json::value& value, std::size_t size, std::vector<double>& buckets) {
  bool good = value.is_array();
  const std::vector<double> row = good ? numbers_of(value.get_array(), good) : std::vector<double>();
  const bool whole = row.empty() || (row[0] >= 0 && row[0] <= 1e6 &&
                                     row[0] + static_cast<double>(row.size() - 1) <= static_cast<double>(size));
  if (!good || !whole) return "expected [index of the first bucket, counts...] within the bounds";
  buckets.assign(size, 0);
  if (!row.empty()) std::copy(row.begin() + 1, row.end(), buckets.begin() + static_cast<std::ptrdiff_t>(row[0]));
  return std::nullopt;
}

std::optional<std::string> unknown_key(const json::object& object, const auto& known) {
  for (const auto& member : object) {
    if (!known(std::string_view(member.key()))) return format("unknown field '{}'", std::string_view(member.key()));
  }
  return std::nullopt;
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

json::object truth_json(const ServiceTruth& truth) {
  json::object out{{"service", truth.service}, {"entry_point", truth.entry_point}};
  for (const TruthColumn& column : kTruthColumns) {
    json::array values;
    values.reserve(truth.minutes.size());
    for (const TruthMinute& minute : truth.minutes) values.emplace_back(minute.*column.member);
    out[column.name] = std::move(values);
  }
  const auto known = [](const TruthMinute& minute) { return !minute.buckets.empty(); };
  if (!std::ranges::any_of(truth.minutes, known)) return out;
  json::array rows;
  for (const TruthMinute& minute : truth.minutes) rows.emplace_back(buckets_json(minute.buckets));
  out["bucket_count"] = std::ranges::find_if(truth.minutes, known)->buckets.size();
  out["buckets"] = std::move(rows);
  return out;
}

std::optional<std::string> read_truth(const json::value& value, ServiceTruth& truth) {
  if (!value.is_object()) return "expected an object";
  const json::object& object = value.get_object();
  const auto known = [](std::string_view name) {
    return name == "service" || name == "entry_point" || name == "buckets" || name == "bucket_count" ||
           std::ranges::find(kTruthColumns, name, [](const TruthColumn& c) { return std::string_view(c.name); }) !=
               std::ranges::end(kTruthColumns);
  };
  if (auto unknown = unknown_key(object, known)) return unknown;
  const auto service = text_of(object, "service");
  if (!service) return "service: expected a text";
  const json::value* entry = object.if_contains("entry_point");
  if (entry == nullptr || !entry->is_bool()) return "entry_point: expected true or false";
  truth = ServiceTruth{*service, entry->get_bool(), {}};
  bool first = true;
  for (const TruthColumn& column : kTruthColumns) {
    const json::value* values = object.if_contains(column.name);
    bool good = values != nullptr && values->is_array();
    const std::vector<double> numbers = good ? numbers_of(values->get_array(), good) : std::vector<double>();
    if (!good) return format("{}: expected numbers", column.name);
    if (first) truth.minutes.resize(numbers.size());
    first = false;
    if (numbers.size() != truth.minutes.size()) return format("{}: the columns differ in length", column.name);
    for (std::size_t i = 0; i < numbers.size(); ++i) truth.minutes[i].*column.member = numbers[i];
  }
  const json::value* rows = object.if_contains("buckets");
  if (rows == nullptr) return std::nullopt;
  const json::value* width = object.if_contains("bucket_count");
  const double size = width != nullptr ? number_of(*width).value_or(0) : 0;
  if (!(size >= 1 && size <= 1000)) return "bucket_count: expected a number up to 1000";
  if (!rows->is_array() || rows->get_array().size() != truth.minutes.size())
    return "buckets: expected a row for each minute";
  for (std::size_t i = 0; i < truth.minutes.size(); ++i) {
    auto wrong = read_buckets(rows->get_array()[i], static_cast<std::size_t>(size), truth.minutes[i].buckets);
    if (wrong) return format("buckets[{}]: {}", i, *wrong);
  }
  return std::nullopt;
}

}  // namespace firedrill::record
