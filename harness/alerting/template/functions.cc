// Prometheus's template functions (Prometheus: template/template.go; common: helpers/templates).
#include "alerting/template/functions.h"

#include <algorithm>
#include <array>
#include <utility>

#include "alerting/template/addresses.h"
#include "alerting/template/go_format.h"
#include "alerting/template/humanize.h"
#include "alerting/template/unicode.h"
#include "base/duration.h"
#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "base/text/regex.h"

namespace firedrill::alerting {
namespace {

using Arguments = std::span<const Value>;
using TextResult = std::expected<std::string, std::string>;

std::unexpected<std::string> error(std::string what) {
  return std::unexpected(std::move(what));
}

constexpr std::string_view kNilPointer = "runtime error: invalid memory address or nil pointer dereference";

std::expected<double, std::string> to_float(const Value& value) {
  if (value.type == GoType::floating) return value.number();
  if (value.type == GoType::integer) return static_cast<double>(value.integer());
  if (value.type != GoType::text) return error(format("can't convert {} to float", type_name(value)));
  const auto number = parse_float(value.text());
  if (!number) return error(format("strconv.ParseFloat: parsing {}: invalid syntax", go_quote(value.text())));
  // An infinity that is not written as one has overflowed.
  if (maths::is_inf(*number) && value.text().find_first_of("iI") == std::string::npos) {
    return error(format("strconv.ParseFloat: parsing {}: value out of range", go_quote(value.text())));
  }
  return *number;
}

template <auto humanize>
CallResult call_humanize(Arguments a, const CallContext&) {
  const auto number = to_float(a[0]);
  if (!number) return error(number.error());
  return make_text(humanize(*number));
}

// A float's seconds as the milliseconds of a time, cut off towards zero.
std::expected<std::int64_t, std::string> to_time(double seconds) {
  const double nanoseconds = seconds * 1e9;
  constexpr double kLimit = 9223372036854775808.0;
  if (nanoseconds > kLimit || nanoseconds < -kLimit) {
    return error(format("{} cannot be represented as a nanoseconds timestamp since it overflows int64",
                        go_float(seconds, 'g', -1)));
  }
  const auto whole = nanoseconds >= kLimit ? INT64_MIN : static_cast<std::int64_t>(nanoseconds);
  return whole / 1'000'000;
}

CallResult call_humanize_timestamp(Arguments a, const CallContext&) {
  const auto number = to_float(a[0]);
  if (!number) return error(number.error());
  if (!maths::is_finite(*number)) return make_text(go_float(*number, 'g', 4));
  const auto milliseconds = to_time(*number);
  if (!milliseconds) return error(milliseconds.error());
  return make_text(go_time(*milliseconds));
}

CallResult call_to_time(Arguments a, const CallContext&) {
  const auto number = to_float(a[0]);
  if (!number) return error(number.error());
  if (!maths::is_finite(*number)) return error("value is NaN or Inf");
  const auto milliseconds = to_time(*number);
  if (!milliseconds) return error(milliseconds.error());
  return make_integer(*milliseconds, GoType::time);
}

CallResult call_to_duration(Arguments a, const CallContext&) {
  const auto number = to_float(a[0]);
  if (!number) return error(number.error());
  if (!maths::is_finite(*number)) return error("value is NaN or Inf");
  const double nanoseconds = *number * 1e9;
  if (nanoseconds >= 9223372036854775808.0 || nanoseconds < -9223372036854775808.0) {
    return error(format("{} cannot be represented as a nanoseconds duration since it overflows int64",
                        go_float(*number, 'g', -1)));
  }
  return make_integer(static_cast<std::int64_t>(nanoseconds), GoType::duration);
}

CallResult call_now(Arguments, const CallContext& context) {
  return make_float(to_seconds(context.now));
}

// Prometheus 3 names the first unit that is none.
std::string duration_error(std::string_view text, const std::string& error) {
  constexpr std::string_view kDigits = "0123456789";
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t digits = std::min(rest.find_first_not_of(kDigits), rest.size());
    rest.remove_prefix(digits);
    const std::string_view unit = rest.substr(0, rest.find_first_of(kDigits));
    if (digits == 0 || unit.empty()) return error;
    if (!parse_duration("1" + std::string(unit))) {
      return format("unknown unit {} in duration {}", go_quote(unit), go_quote(text));
    }
    rest.remove_prefix(unit.size());
  }
  return error;
}

CallResult call_parse_duration(Arguments a, const CallContext& context) {
  const std::string& text = a[0].text();
  if (text.empty()) return error("empty duration string");
  const auto duration = parse_duration(text);
  if (!duration) {
    return error(context.world.version == promql::Version::v2 ? duration.error()
                                                              : duration_error(text, duration.error()));
  }
  return make_float(static_cast<double>(duration->count()) / 1000.0);
}

CallResult call_query(Arguments a, const CallContext& context) {
  if (!context.world.query) return error("no data to query");
  const auto vector = context.world.query(a[0].text(), context.now);
  if (!vector) return error(vector.error());
  SampleList samples;
  for (const promql::VectorSample& sample : *vector) {
    StringMap labels;
    for (const model::Label& label : sample.labels) labels.emplace(label.name, label.value);
    samples.push_back(
        std::make_shared<const SampleValue>(std::make_shared<const StringMap>(std::move(labels)), sample.value));
  }
  return make_samples(std::move(samples));
}

CallResult call_first(Arguments a, const CallContext&) {
  if (!a[0].samples() || a[0].samples()->empty()) return error("first() called on vector with no elements");
  return make_sample(a[0].samples()->front());
}

std::string label_of(const SampleValue& sample, const std::string& name) {
  const auto it = sample.labels->find(name);
  return it == sample.labels->end() ? std::string() : it->second;
}

CallResult call_label(Arguments a, const CallContext&) {
  if (!a[1].sample()) return error(std::string(kNilPointer));
  return make_text(label_of(*a[1].sample(), a[0].text()));
}

CallResult call_value(Arguments a, const CallContext&) {
  if (!a[0].sample()) return error(std::string(kNilPointer));
  return make_float(a[0].sample()->value);
}

CallResult call_strvalue(Arguments a, const CallContext&) {
  if (!a[0].sample()) return error(std::string(kNilPointer));
  return make_text(label_of(*a[0].sample(), "__value__"));
}

// Sorts in place, as Prometheus does: other variables that hold the vector see it.
CallResult call_sort_by_label(Arguments a, const CallContext&) {
  if (a[1].samples()) {
    std::ranges::stable_sort(*a[1].samples(), {}, [&](const SamplePtr& s) { return label_of(*s, a[0].text()); });
  }
  return a[1];
}

CallResult call_args(Arguments a, const CallContext&) {
  AnyMap map;
  for (std::size_t i = 0; i < a.size(); ++i) map.emplace(format("arg{}", i), a[i]);
  return make_any_map(std::move(map));
}

CallResult call_match(Arguments a, const CallContext&) {
  const auto regex = Regex::compile(a[0].text(), DotNewline::no, false);
  if (!regex) return error("error parsing regexp: " + regex.error());
  return make_bool(regex->matches(a[1].text()));
}

CallResult call_replace(Arguments a, const CallContext&) {
  const auto regex = Regex::compile(a[0].text(), DotNewline::no, false);
  if (!regex) return error(format("regexp: Compile(`{}`): {}", a[0].text(), "error parsing regexp: " + regex.error()));
  return make_text(regex->replace_all(a[2].text(), a[1].text()));
}

CallResult call_lower(Arguments a, const CallContext&) {
  return make_text(to_lower(a[0].text()));
}

CallResult call_upper(Arguments a, const CallContext&) {
  return make_text(to_upper(a[0].text()));
}

CallResult call_title(Arguments a, const CallContext& context) {
  const bool old = context.world.version == promql::Version::v2;
  return make_text(old ? titled_words(a[0].text()) : title_case(a[0].text()));
}
CallResult call_strip_port(Arguments a, const CallContext&) {
  return make_text(strip_port(a[0].text()));
}
CallResult call_strip_domain(Arguments a, const CallContext&) {
  return make_text(strip_domain(a[0].text()));
}
CallResult call_safe_html(Arguments a, const CallContext&) {
  return make_text(a[0].text(), GoType::html);
}

CallResult call_graph_link(Arguments a, const CallContext&) {
  return make_text("/graph?g0.expr=" + url_query_escape(a[0].text()) + "&g0.tab=0");
}
CallResult call_table_link(Arguments a, const CallContext&) {
  return make_text("/graph?g0.expr=" + url_query_escape(a[0].text()) + "&g0.tab=1");
}
CallResult call_url_query_escape(Arguments a, const CallContext&) {
  return make_text(url_query_escape(a[0].text()));
}

// What Go says when a function reads a URL that is nil.
CallResult no_url() {
  return std::unexpected("runtime error: invalid memory address or nil pointer dereference");
}
CallResult call_external_url(Arguments, const CallContext& context) {
  if (!context.world.url_functions) return no_url();
  return make_text(context.world.external_url);
}
CallResult call_path_prefix(Arguments, const CallContext& context) {
  if (!context.world.url_functions) return no_url();
  return make_text(url_path(context.world.external_url));
}

constexpr std::array kAny{Parameter::any};
constexpr std::array kText{Parameter::text};
constexpr std::array kTwoTexts{Parameter::text, Parameter::text};
constexpr std::array kThreeTexts{Parameter::text, Parameter::text, Parameter::text};
constexpr std::array kSamples{Parameter::samples};
constexpr std::array kSample{Parameter::sample};
constexpr std::array kTextSample{Parameter::text, Parameter::sample};
constexpr std::array kTextSamples{Parameter::text, Parameter::samples};

// now, toDuration and urlQueryEscape came after 3.5.
constexpr std::array<TemplateFunction, 29> kFunctions = {{
    {"args", kAny, true, call_args},
    {"externalURL", {}, false, call_external_url},
    {"first", kSamples, false, call_first},
    {"graphLink", kText, false, call_graph_link},
    {"humanize", kAny, false, call_humanize<humanize>},
    {"humanize1024", kAny, false, call_humanize<humanize_1024>},
    {"humanizeDuration", kAny, false, call_humanize<humanize_duration>},
    {"humanizePercentage", kAny, false, call_humanize<humanize_percentage>},
    {"humanizeTimestamp", kAny, false, call_humanize_timestamp},
    {"label", kTextSample, false, call_label},
    {"match", kTwoTexts, false, call_match},
    {"now", {}, false, call_now},
    {"parseDuration", kText, false, call_parse_duration},
    {"pathPrefix", {}, false, call_path_prefix},
    {"query", kText, false, call_query},
    {"reReplaceAll", kThreeTexts, false, call_replace},
    {"safeHtml", kText, false, call_safe_html},
    {"sortByLabel", kTextSamples, false, call_sort_by_label},
    {"stripDomain", kText, false, call_strip_domain},
    {"stripPort", kText, false, call_strip_port},
    {"strvalue", kSample, false, call_strvalue},
    {"tableLink", kText, false, call_table_link},
    {"title", kText, false, call_title},
    {"toDuration", kAny, false, call_to_duration},
    {"toLower", kText, false, call_lower},
    {"toTime", kAny, false, call_to_time},
    {"toUpper", kText, false, call_upper},
    {"urlQueryEscape", kText, false, call_url_query_escape},
    {"value", kSample, false, call_value},
}};

}  // namespace

std::span<const TemplateFunction> prometheus_functions() {
  return kFunctions;
}

}  // namespace firedrill::alerting
