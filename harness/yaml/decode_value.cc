// One value of a field table: what is right, and for what is wrong the nearest thing that would be.
#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "base/duration.h"
#include "base/maths.h"
#include "base/report.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "yaml/decode.h"
#include "yaml/units.h"

namespace firedrill::yaml {
namespace {

std::optional<FieldValue> wrong(const Node& node, const FieldSpec& spec, Diagnostics& diagnostics,
                                std::string remedy = {}) {
  report(diagnostics, node.where(), format("'{}' cannot be {}", spec.name, node.describe()),
         remedy.empty() ? expected_form(spec) : std::move(remedy));
  return std::nullopt;
}

// The bounds of a field as a file would write them: durations with their unit, ratios in percent.
std::string bound_text(double bound, FieldType type) {
  if (type == FieldType::duration || type == FieldType::offset) return format_duration(from_seconds(bound));
  if (type == FieldType::ratio) return format_number(bound * 100) + "%";
  return format_number(bound);
}

std::string expected_range(const FieldSpec& spec) {
  const bool below = spec.min > -std::numeric_limits<double>::infinity();
  const bool above = spec.max < std::numeric_limits<double>::infinity();
  if (!below || !above) return expected_form(spec);
  return format("expected {} to {}", bound_text(spec.min, spec.type), bound_text(spec.max, spec.type));
}

bool in_range(double value, const Node& node, const FieldSpec& spec, Diagnostics& diagnostics) {
  std::string remedy = expected_range(spec);
  if (maths::is_nan(value)) {
    report(diagnostics, node.where(), format("'{}' cannot be NaN", spec.name), expected_form(spec));
    return false;
  }
  if (value < spec.min) {
    report(diagnostics, node.where(),
           format("'{}' must be at least {}, found {}", spec.name, bound_text(spec.min, spec.type), node.text), remedy);
    return false;
  }
  if (value > spec.max) {
    if (spec.type == FieldType::ratio && value <= 100 && scalar_number(node))
      remedy = format("did you mean '{}%'?", node.text);
    report(diagnostics, node.where(),
           format("'{}' must be at most {}, found {}", spec.name, bound_text(spec.max, spec.type), node.text), remedy);
    return false;
  }
  return true;
}

std::string unquoted_remedy(const Node& node, bool would_fit) {
  return node.style != Node::Style::plain && would_fit ? format("write it without quotes: {}", node.text)
                                                       : std::string();
}

std::optional<FieldValue> decode_boolean(const Node& node, const FieldSpec& spec, Diagnostics& diagnostics) {
  if (const auto value = scalar_boolean(node)) return *value;
  return wrong(node, spec, diagnostics, unquoted_remedy(node, node.text == "true" || node.text == "false"));
}

std::optional<FieldValue> decode_integer(const Node& node, const FieldSpec& spec, Diagnostics& diagnostics) {
  if (const auto value = scalar_integer(node)) {
    if (!in_range(static_cast<double>(*value), node, spec, diagnostics)) return std::nullopt;
    return *value;
  }
  if (const auto number = scalar_number(node)) {
    const bool integral = maths::floor(*number) == *number && maths::abs(*number) < 9e15;
    if (integral) {
      if (!in_range(*number, node, spec, diagnostics)) return std::nullopt;
      return static_cast<std::int64_t>(*number);
    }
    if (maths::abs(*number) >= 9e15) {
      if (in_range(*number, node, spec, diagnostics)) {
        report(diagnostics, node.where(), format("'{}' is too large: {}", spec.name, node.text), expected_form(spec));
      }
      return std::nullopt;
    }
    report(diagnostics, node.where(), format("'{}' must be a whole number, found {}", spec.name, node.text),
           expected_form(spec));
    return std::nullopt;
  }
  return wrong(node, spec, diagnostics, unquoted_remedy(node, node.is_scalar() && parse_int(node.text).has_value()));
}

std::optional<FieldValue> decode_number(const Node& node, const FieldSpec& spec, Diagnostics& diagnostics) {
  const auto value = scalar_number(node);
  if (!value) {
    return wrong(node, spec, diagnostics,
                 unquoted_remedy(node, node.is_scalar() && parse_float(node.text).has_value()));
  }
  if (!in_range(*value, node, spec, diagnostics)) return std::nullopt;
  return *value;
}

std::optional<FieldValue> decode_text(const Node& node, const FieldSpec& spec, Diagnostics& diagnostics) {
  if (!node.is_scalar()) return wrong(node, spec, diagnostics);
  if (spec.required && node.text.empty()) {
    report(diagnostics, node.where(), format("'{}' is empty", spec.name), expected_form(spec));
    return std::nullopt;
  }
  if (!spec.choices.empty() && std::find(spec.choices.begin(), spec.choices.end(), node.text) == spec.choices.end()) {
    const std::vector<std::string> choices(spec.choices.begin(), spec.choices.end());
    report(diagnostics, node.where(), format("'{}' cannot be '{}'", spec.name, node.text), suggest(node.text, choices));
    return std::nullopt;
  }
  return node.text;
}

std::optional<FieldValue> decode_duration(const Node& node, const FieldSpec& spec, Diagnostics& diagnostics) {
  if (!node.is_scalar()) return wrong(node, spec, diagnostics);
  if (std::ranges::find(spec.choices, node.text) != spec.choices.end()) return node.text;
  std::string_view text = node.text;
  const bool negative = text.starts_with('-');
  if (negative && spec.type == FieldType::duration) {
    report(diagnostics, node.where(), format("'{}' cannot be negative: {}", spec.name, node.text), expected_form(spec));
    return std::nullopt;
  }
  if (spec.type == FieldType::offset && (negative || text.starts_with('+'))) text.remove_prefix(1);
  const auto value = parse_duration(text);
  if (!value) {
    const DurationFault fault = explain_duration(text, value.error());
    report(diagnostics, node.where(), format("'{}': {}", spec.name, fault.what),
           fault.remedy.empty() ? expected_form(spec) : fault.remedy);
    return std::nullopt;
  }
  const Duration signed_value = negative ? -*value : *value;
  if (!in_range(to_seconds(signed_value), node, spec, diagnostics)) return std::nullopt;
  return signed_value;
}

std::optional<FieldValue> decode_instant(const Node& node, const FieldSpec& spec, Diagnostics& diagnostics) {
  if (!node.is_scalar()) return wrong(node, spec, diagnostics);
  if (const auto value = parse_instant(node.text)) return *value;
  const bool date_only = node.text.size() == 10 && parse_instant(node.text + "T00:00:00Z");
  const bool no_zone = !date_only && parse_instant(node.text + "Z");
  report(diagnostics, node.where(), format("'{}' is not an instant: {}", spec.name, node.text),
         date_only ? format("add the time of day: {}T00:00:00Z", node.text)
         : no_zone ? format("add the zone: {}Z for UTC", node.text)
                   : expected_form(spec));
  return std::nullopt;
}

std::optional<FieldValue> decode_ratio(const Node& node, const FieldSpec& spec, Diagnostics& diagnostics) {
  if (!node.is_scalar()) return wrong(node, spec, diagnostics);
  std::optional<double> value = scalar_number(node);
  if (!value && node.text.ends_with('%')) {
    std::string digits = node.text.substr(0, node.text.size() - 1);
    while (digits.ends_with(' ')) digits.pop_back();
    value = parse_float(digits);
    if (value) *value /= 100;
  }
  if (!value) return wrong(node, spec, diagnostics);
  if (!in_range(*value, node, spec, diagnostics)) return std::nullopt;
  return *value;
}

std::optional<FieldValue> decode_bytes(const Node& node, const FieldSpec& spec, Diagnostics& diagnostics) {
  if (!node.is_scalar()) return wrong(node, spec, diagnostics);
  const auto value = parse_quantity(node.text);
  if (!value) {
    return wrong(node, spec, diagnostics, quantity_remedy(node.text));
  }
  if (!in_range(*value, node, spec, diagnostics)) return std::nullopt;
  return *value;
}

std::optional<FieldValue> decode_texts(const Node& node, const FieldSpec& spec, Diagnostics& diagnostics) {
  FieldSpec one = spec;
  one.required = true;
  std::vector<std::string> texts;
  const auto add = [&](const Node& item) {
    if (item.is_null()) {
      report(diagnostics, item.where(), format("an item of '{}' has no value", spec.name),
             "write a text behind the dash");
      return;
    }
    const auto text = decode_text(item, one, diagnostics);
    if (text) texts.push_back(std::get<std::string>(*text));
  };
  if (node.is_sequence()) {
    for (const Node* item : node.items) add(*item);
  } else if (node.is_mapping()) {
    return wrong(node, spec, diagnostics);
  } else {
    add(node);
  }
  return texts;
}

std::optional<FieldValue> decode_text_map(const Node& node, const FieldSpec& spec, Diagnostics& diagnostics) {
  if (!node.is_mapping()) return wrong(node, spec, diagnostics);
  std::map<std::string, std::string> texts;
  for (const Node::Entry& entry : node.entries) {
    if (entry.value->is_scalar() || entry.value->is_null()) {
      texts[entry.key] = entry.value->is_null() ? std::string() : entry.value->text;
    } else {
      report(diagnostics, entry.value->where(),
             format("'{}' in '{}' must be a text, found {}", entry.key, spec.name, entry.value->describe()),
             entry.value->is_null() ? "write '' for an empty text" : "expected one text");
    }
  }
  return texts;
}

constexpr std::array<std::string_view, 3> kDistributions = {"constant", "exponential", "lognormal"};
constexpr std::array<FieldSpec, 5> kDistributionFields = {{
    {.name = "distribution", .doc = "its shape", .default_text = "constant", .choices = kDistributions},
    {.name = "p50", .type = FieldType::duration, .doc = "the median; of a constant its value"},
    {.name = "p90", .type = FieldType::duration, .doc = "what 90 % do not exceed"},
    {.name = "p99", .type = FieldType::duration, .doc = "what 99 % do not exceed"},
    {.name = "mean", .type = FieldType::duration, .doc = "the mean"},
}};

// What its shape needs: a constant one time, an exponential one time, a lognormal two.
std::string distribution_fault(const DistributionSpec& d, const Fields& fields) {
  const int given = fields.has("p50") + fields.has("p90") + fields.has("p99") + fields.has("mean");
  if (d.distribution == "lognormal") {
    if (given != 2) return "a lognormal distribution takes two of p50, p90, p99 and mean";
    if (fields.has("p50") && fields.has("mean") && d.mean <= d.p50) return "the mean of a lognormal lies above its p50";
  } else if (given != 1) {
    return format("{} distribution takes one of p50, p90, p99 and mean",
                  d.distribution == "constant" ? "a constant" : "an exponential");
  }
  if ((fields.has("p90") && fields.has("p50") && d.p90 <= d.p50) ||
      (fields.has("p99") && fields.has("p50") && d.p99 <= d.p50) ||
      (fields.has("p99") && fields.has("p90") && d.p99 <= d.p90)) {
    return "its quantiles must rise: p50 < p90 < p99";
  }
  return {};
}

std::optional<FieldValue> decode_distribution(const Node& node, const FieldSpec& spec, Diagnostics& diagnostics) {
  if (node.is_scalar()) {
    FieldSpec constant = spec;
    constant.type = FieldType::duration;
    const auto value = decode_duration(node, constant, diagnostics);
    if (!value) return std::nullopt;
    return DistributionSpec{.distribution = "constant", .p50 = std::get<Duration>(*value)};
  }
  if (!node.is_mapping()) return wrong(node, spec, diagnostics);
  const std::size_t before = diagnostics.size();
  const Fields fields =
      decode_fields(node, kDistributionFields, {}, format("'{}'", spec.name), Nulls::strict, diagnostics);
  if (diagnostics.size() != before) return std::nullopt;
  DistributionSpec value{fields.text("distribution"), fields.duration("p50"), fields.duration("p90"),
                         fields.duration("p99"), fields.duration("mean")};
  if (const std::string fault = distribution_fault(value, fields); !fault.empty()) {
    report(diagnostics, node.where(), format("'{}': {}", spec.name, fault), expected_form(spec));
    return std::nullopt;
  }
  return value;
}

constexpr std::array<std::string_view, 4> kModes = {"one", "all", "fixed", "fixed-percent"};
constexpr std::array<FieldSpec, 5> kTargetFields = {{
    {.name = "service", .doc = "the service that is hit"},
    {.name = "zone", .doc = "instead of a service: everything in a zone"},
    {.name = "mode", .doc = "which of its replicas", .default_text = "all", .choices = kModes},
    {.name = "value",
     .type = FieldType::ratio,
     .doc = "of fixed: how many replicas; of fixed-percent: their share, rounded down"},
    {.name = "dependency", .doc = "only the service's connections to this dependency"},
}};

struct TargetFault {
  std::string what;
  std::string remedy;
  std::string_view field{};  // that it is about; empty: the target as a whole
};

TargetFault target_fault(const TargetSpec& t, const Fields& fields) {
  if (t.service.empty() == t.zone.empty()) {
    return {"a target is either a service or a zone",
            t.zone.empty() ? "for example {service: checkout}" : "name one of them"};
  }
  const std::string name = t.service.empty() ? format("zone: {}", t.zone) : format("service: {}", t.service);
  const bool given = fields.has("value");
  if (t.mode == "fixed" && (!given || t.value < 1 || maths::floor(t.value) != t.value)) {
    return {given ? "the value of mode fixed is a number of replicas, 1 or more"
                  : "mode fixed takes a value, the number of replicas",
            format("for example {{{}, mode: fixed, value: 1}}", name), given ? "value" : ""};
  }
  if (t.mode == "fixed-percent" && (!given || t.value <= 0 || t.value > 1)) {
    const bool percent = given && t.value > 1 && t.value <= 100;
    return {
        given ? "the value of mode fixed-percent is a share of the replicas, more than 0 % and at most 100 %"
              : "mode fixed-percent takes a value, the share of the replicas",
        format("for example {{{}, mode: fixed-percent, value: {}%}}", name, percent ? format_number(t.value) : "50"),
        given ? "value" : ""};
  }
  if ((t.mode == "one" || t.mode == "all") && given)
    return {format("mode {} takes no value", t.mode), "remove it", "value"};
  if (!t.dependency.empty() && t.service.empty()) {
    return {"a dependency needs the service that it belongs to", "add `service: …`"};
  }
  return {};
}

std::optional<FieldValue> decode_target(const Node& node, const FieldSpec& spec, Diagnostics& diagnostics) {
  if (node.is_scalar())
    return wrong(node, spec, diagnostics, format("did you mean `{}: {{service: {}}}`?", spec.name, node.text));
  if (!node.is_mapping()) return wrong(node, spec, diagnostics);
  const std::size_t before = diagnostics.size();
  const Fields fields = decode_fields(node, kTargetFields, {}, format("'{}'", spec.name), Nulls::strict, diagnostics);
  if (diagnostics.size() != before) return std::nullopt;
  TargetSpec value{fields.text("service"), fields.text("zone"), fields.text("mode"), fields.number("value"),
                   fields.text("dependency")};
  if (const TargetFault fault = target_fault(value, fields); !fault.what.empty()) {
    report(diagnostics, fault.field.empty() ? node.where() : fields.where(fault.field),
           format("'{}': {}", spec.name, fault.what), fault.remedy);
    return std::nullopt;
  }
  return value;
}

}  // namespace

std::span<const FieldSpec> distribution_fields() {
  return kDistributionFields;
}
std::span<const FieldSpec> target_fields() {
  return kTargetFields;
}

std::optional<FieldValue> decode_value(const Node& node, const FieldSpec& spec, Diagnostics& diagnostics) {
  switch (spec.type) {
    case FieldType::boolean:
      return decode_boolean(node, spec, diagnostics);
    case FieldType::integer:
      return decode_integer(node, spec, diagnostics);
    case FieldType::number:
      return decode_number(node, spec, diagnostics);
    case FieldType::text:
      return decode_text(node, spec, diagnostics);
    case FieldType::duration:
    case FieldType::offset:
      return decode_duration(node, spec, diagnostics);
    case FieldType::instant:
      return decode_instant(node, spec, diagnostics);
    case FieldType::ratio:
      return decode_ratio(node, spec, diagnostics);
    case FieldType::bytes:
      return decode_bytes(node, spec, diagnostics);
    case FieldType::texts:
      return decode_texts(node, spec, diagnostics);
    case FieldType::text_map:
      return decode_text_map(node, spec, diagnostics);
    case FieldType::distribution:
      return decode_distribution(node, spec, diagnostics);
    case FieldType::target:
      return decode_target(node, spec, diagnostics);
  }
  return std::nullopt;
}

std::string expected_form(const FieldSpec& spec) {
  switch (spec.type) {
    case FieldType::boolean:
      return "expected true or false";
    case FieldType::integer:
      return "expected a whole number such as 3";
    case FieldType::number:
      return "expected a number such as 0.5";
    case FieldType::text: {
      if (spec.choices.empty()) return "expected a text";
      return suggest("", std::vector<std::string>(spec.choices.begin(), spec.choices.end()));
    }
    case FieldType::duration: {
      std::string form = "expected a duration such as 30s, 5m or 1h30m";
      for (const std::string_view word : spec.choices) form += format(", or `{}`", word);
      return form;
    }
    case FieldType::offset:
      return "expected a duration such as 30s, 5m or -1h30m";
    case FieldType::instant:
      return "expected an instant such as 2026-03-03T13:30:00Z";
    case FieldType::ratio:
      return "expected a ratio such as 60% or 0.6";
    case FieldType::bytes:
      return "expected a size such as 512Mi, 1Gi, 100M or 4096";
    case FieldType::texts:
      return "expected a list of texts such as [a, b]";
    case FieldType::text_map:
      return "expected a mapping of texts such as {name: value}";
    case FieldType::distribution:
      return "expected a duration, or for example {distribution: lognormal, p50: 20ms, p99: 180ms}";
    case FieldType::target:
      return "expected for example {service: checkout, mode: all}";
  }
  return {};
}

}  // namespace firedrill::yaml
