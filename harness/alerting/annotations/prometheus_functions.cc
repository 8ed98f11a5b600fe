#include "alerting/annotations/prometheus_functions.h"

#include <algorithm>
#include <array>
#include <utility>

#include "alerting/annotations/addresses.h"
#include "alerting/annotations/rule_values.h"
#include "base/duration.h"
#include "base/maths.h"
#include "base/text/format.h"
#include "template/format/go_text.h"
#include "template/library/calls.h"
#include "template/library/humanize.h"
#include "template/values/go_time.h"

namespace firedrill::alerting {
namespace {

namespace library = templates::library;
namespace types = templates::types;
using templates::CallContext;
using templates::CallResult;
using templates::Function;
using templates::go_float;
using templates::go_query_escape;
using templates::go_quote;
using templates::go_time;
using templates::make_float;
using templates::make_integer;
using templates::make_map;
using templates::make_text;
using templates::make_time;
using templates::StringMap;
using templates::Value;
using templates::ValueMap;

using Arguments = std::span<const Value>;

std::unexpected<std::string> error(std::string what) {
  return std::unexpected(std::move(what));
}

constexpr std::string_view kNilPointer = "runtime error: invalid memory address or nil pointer dereference";

const RuleHost& host(const CallContext& context) {
  return context.host_as<RuleHost>();
}

bool is_old(const CallContext& context) {
  return host(context).world.version == promql::Version::v2;
}

template <auto humanize>
CallResult call_humanize(Arguments a, const CallContext&) {
  const auto number = library::to_float(a[0]);
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
  const auto number = library::to_float(a[0]);
  if (!number) return error(number.error());
  if (!maths::is_finite(*number)) return make_text(go_float(*number, 'g', 4));
  const auto milliseconds = to_time(*number);
  if (!milliseconds) return error(milliseconds.error());
  return make_text(go_time({*milliseconds}));
}

CallResult call_to_time(Arguments a, const CallContext&) {
  const auto number = library::to_float(a[0]);
  if (!number) return error(number.error());
  if (!maths::is_finite(*number)) return error("value is NaN or Inf");
  const auto milliseconds = to_time(*number);
  if (!milliseconds) return error(milliseconds.error());
  return make_time({*milliseconds}, types::time_pointer);
}

CallResult call_to_duration(Arguments a, const CallContext&) {
  const auto number = library::to_float(a[0]);
  if (!number) return error(number.error());
  if (!maths::is_finite(*number)) return error("value is NaN or Inf");
  const double nanoseconds = *number * 1e9;
  if (nanoseconds >= 9223372036854775808.0 || nanoseconds < -9223372036854775808.0) {
    return error(format("{} cannot be represented as a nanoseconds duration since it overflows int64",
                        go_float(*number, 'g', -1)));
  }
  return make_integer(static_cast<std::int64_t>(nanoseconds), types::duration_pointer);
}

CallResult call_now(Arguments, const CallContext& context) {
  return make_float(to_seconds(host(context).now));
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
    return error(is_old(context) ? duration.error() : duration_error(text, duration.error()));
  }
  return make_float(static_cast<double>(duration->count()) / 1000.0);
}

CallResult call_query(Arguments a, const CallContext& context) {
  const RuleHost& rules = host(context);
  if (!rules.world.query) return error("no data to query");
  const auto vector = rules.world.query(a[0].text(), rules.now);
  if (!vector) return error(vector.error());
  return make_query_result(*vector);
}

CallResult call_first(Arguments a, const CallContext&) {
  if (length(a[0]) == 0) return error("first() called on vector with no elements");
  return a[0].list()->front();
}

std::string label_of(const Value& sample, const std::string& name) {
  const StringMap& labels = *sample.object<TemplateSample>().labels;
  const auto it = labels.find(name);
  return it == labels.end() ? std::string() : it->second;
}

CallResult call_label(Arguments a, const CallContext&) {
  if (is_nil(a[1])) return error(std::string(kNilPointer));
  return make_text(label_of(a[1], a[0].text()));
}

CallResult call_value(Arguments a, const CallContext&) {
  if (is_nil(a[0])) return error(std::string(kNilPointer));
  return make_float(a[0].object<TemplateSample>().value);
}

CallResult call_strvalue(Arguments a, const CallContext&) {
  if (is_nil(a[0])) return error(std::string(kNilPointer));
  return make_text(label_of(a[0], "__value__"));
}

// Sorts in place, as Prometheus does: other variables that hold the vector see it.
CallResult call_sort_by_label(Arguments a, const CallContext&) {
  if (!is_nil(a[1])) {
    std::ranges::stable_sort(*a[1].list(), {}, [&](const Value& sample) { return label_of(sample, a[0].text()); });
  }
  return a[1];
}

CallResult call_args(Arguments a, const CallContext&) {
  ValueMap map;
  for (std::size_t i = 0; i < a.size(); ++i) map.emplace(format("arg{}", i), a[i]);
  return make_map(std::move(map));
}

CallResult call_title(Arguments a, const CallContext& context) {
  return is_old(context) ? make_text(templates::titled_words(a[0].text())) : library::title(a, context);
}
CallResult call_strip_port(Arguments a, const CallContext&) {
  return make_text(strip_port(a[0].text()));
}
CallResult call_strip_domain(Arguments a, const CallContext&) {
  return make_text(strip_domain(a[0].text()));
}

CallResult call_graph_link(Arguments a, const CallContext&) {
  return make_text("/graph?g0.expr=" + go_query_escape(a[0].text()) + "&g0.tab=0");
}
CallResult call_table_link(Arguments a, const CallContext&) {
  return make_text("/graph?g0.expr=" + go_query_escape(a[0].text()) + "&g0.tab=1");
}
CallResult call_url_query_escape(Arguments a, const CallContext&) {
  return make_text(go_query_escape(a[0].text()));
}

// What Go says when a function reads a URL that is nil.
CallResult no_url() {
  return error(std::string(kNilPointer));
}
CallResult call_external_url(Arguments, const CallContext& context) {
  if (!host(context).world.url_functions) return no_url();
  return make_text(host(context).world.external_url);
}
CallResult call_path_prefix(Arguments, const CallContext& context) {
  if (!host(context).world.url_functions) return no_url();
  return make_text(url_path(host(context).world.external_url));
}

constexpr std::array kAny{&types::any};
constexpr std::array kText{&types::text};
constexpr std::array kTwoTexts{&types::text, &types::text};
constexpr std::array kThreeTexts{&types::text, &types::text, &types::text};
constexpr std::array kSamples{&kQueryResultType};
constexpr std::array kSample{&kSamplePointerType};
constexpr std::array kTextSample{&types::text, &kSamplePointerType};
constexpr std::array kTextSamples{&types::text, &kQueryResultType};

constexpr std::array<Function, 29> kFunctions = {{
    {"args", kAny, true, call_args},
    {"externalURL", {}, false, call_external_url},
    {"first", kSamples, false, call_first},
    {"graphLink", kText, false, call_graph_link},
    {"humanize", kAny, false, call_humanize<templates::humanize>},
    {"humanize1024", kAny, false, call_humanize<templates::humanize_1024>},
    {"humanizeDuration", kAny, false, library::humanize_duration},
    {"humanizePercentage", kAny, false, call_humanize<templates::humanize_percentage>},
    {"humanizeTimestamp", kAny, false, call_humanize_timestamp},
    {"label", kTextSample, false, call_label},
    {"match", kTwoTexts, false, library::match},
    {"now", {}, false, call_now},
    {"parseDuration", kText, false, call_parse_duration},
    {"pathPrefix", {}, false, call_path_prefix},
    {"query", kText, false, call_query},
    {"reReplaceAll", kThreeTexts, false, library::re_replace_all},
    {"safeHtml", kText, false, library::safe_html},
    {"sortByLabel", kTextSamples, false, call_sort_by_label},
    {"stripDomain", kText, false, call_strip_domain},
    {"stripPort", kText, false, call_strip_port},
    {"strvalue", kSample, false, call_strvalue},
    {"tableLink", kText, false, call_table_link},
    {"title", kText, false, call_title},
    {"toDuration", kAny, false, call_to_duration},
    {"toLower", kText, false, library::to_lower},
    {"toTime", kAny, false, call_to_time},
    {"toUpper", kText, false, library::to_upper},
    {"urlQueryEscape", kText, false, call_url_query_escape},
    {"value", kSample, false, call_value},
}};

// These came with 3.6 and later.
constexpr std::array<std::string_view, 3> kLater = {"now", "toDuration", "urlQueryEscape"};

constexpr bool is_later(std::string_view name) {
  return std::ranges::find(kLater, name) != kLater.end();
}

constexpr auto kEarlier = [] {
  std::array<Function, kFunctions.size() - kLater.size()> earlier{};
  std::ranges::copy_if(kFunctions, earlier.begin(), [](const Function& f) { return !is_later(f.name); });
  return earlier;
}();

}  // namespace

std::span<const Function> prometheus_functions(promql::Version version) {
  if (version == promql::Version::v3) return kFunctions;
  return kEarlier;
}

bool is_later_function(std::string_view name, promql::Version version) {
  return version != promql::Version::v3 && is_later(name);
}

}  // namespace firedrill::alerting
