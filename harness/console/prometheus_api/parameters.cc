#include "console/prometheus_api/parameters.h"

#include <algorithm>
#include <charconv>

#include "base/duration.h"
#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "model/labels.h"
#include "promql/parse/parser.h"

namespace firedrill::console {
namespace {

// time.Unix(math.MinInt64/1000+62135596801, 0) and its counterpart, as they are formatted.
constexpr std::string_view kLeastTime = "-292273086-05-16T16:47:06Z";
constexpr std::string_view kGreatestTime = "292277025-08-18T07:12:54.999999999Z";
constexpr double kMostSeconds = 1e11;  // of a time: beyond it nobody asks, and arithmetic stays within its bounds
constexpr std::string_view kNonEmpty = "must contain at least one non-empty matcher";

std::expected<Time, std::string> optional_time(const Form& form, std::string_view name, Time otherwise) {
  const std::string text = form.value(name);
  if (text.empty()) return otherwise;
  auto time = parse_api_time(text);
  if (!time) {
    return std::unexpected(
        format("invalid parameter \"{}\": invalid time value for '{}': {}", name, name, time.error()));
  }
  return time;
}

// What ParseMetricSelector says where an expression goes on behind its selector, or is none.
std::string no_selector(std::string_view text, const promql::Expr& expression) {
  if (expression.kind != promql::Kind::matrix_selector && expression.kind != promql::Kind::subquery) {
    return "1:1: parse error: only a metric selector is allowed";
  }
  const auto bracket = text.find('[');
  return format("1:{}: parse error: unexpected \"[\"", bracket + 1);
}

}  // namespace

std::expected<Time, std::string> parse_api_time(std::string_view text) {
  if (const auto seconds = parse_float(text); seconds && maths::abs(*seconds) <= kMostSeconds) {
    return Time(from_seconds(*seconds));
  }
  if (const auto instant = parse_instant(text)) return *instant;
  if (text == kLeastTime) return Time(-kFarthest);
  if (text == kGreatestTime) return Time(kFarthest);
  return std::unexpected(format("cannot parse {} to a valid timestamp", model::quote(text)));
}

std::expected<Duration, std::string> parse_api_duration(std::string_view text) {
  const auto refused = [&](std::string_view why) {
    return std::unexpected(format("cannot parse {} to a valid duration{}", model::quote(text), why));
  };
  if (const auto seconds = parse_float(text)) {
    // Nanoseconds in 64 bits.
    if (!(maths::abs(*seconds) <= 9223372036.854775)) return refused(". It overflows int64");
    return from_seconds(*seconds);
  }
  const auto duration = parse_duration(text);
  if (!duration) return refused("");
  return *duration;
}

std::expected<std::int64_t, std::string> parse_go_int(std::string_view text) {
  std::string_view digits = text;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const auto refused = [&](std::string_view why) {
    return std::unexpected(format("strconv.Atoi: parsing {}: {}", model::quote(text), why));
  };
  if (error == std::errc::result_out_of_range && end == digits.data() + digits.size()) {
    return refused("value out of range");
  }
  if (error != std::errc() || end != digits.data() + digits.size() || (text.size() > 1 && text.starts_with("+-"))) {
    return refused("invalid syntax");
  }
  return value;
}

std::expected<std::size_t, std::string> parse_api_limit(const Form& form) {
  const std::string text = form.value("limit");
  if (text.empty()) return 0;
  const auto limit = parse_go_int(text);
  if (!limit) return std::unexpected(format("invalid parameter \"limit\": {}", limit.error()));
  if (*limit < 0) return std::unexpected("invalid parameter \"limit\": limit must be non-negative");
  return static_cast<std::size_t>(*limit);
}

std::expected<TimeRange, std::string> parse_api_range(const Form& form) {
  TimeRange range;
  const auto from = optional_time(form, "start", range.from);
  if (!from) return std::unexpected(from.error());
  const auto to = optional_time(form, "end", range.to);
  if (!to) return std::unexpected(to.error());
  return TimeRange{*from, *to};
}

// Prometheus counts columns in bytes.
std::string parse_error_text(std::string_view expression, const promql::ParseError& error) {
  if (expression.empty()) return "unknown position: parse error: " + error.what;
  const std::string_view before = expression.substr(0, error.where.begin);
  const auto line = std::ranges::count(before, '\n') + 1;
  const std::size_t column = before.size() - (before.rfind('\n') + 1) + 1;
  return format("{}:{}: parse error: {}", line, column, error.what);
}

std::expected<MatcherSets, std::string> parse_matcher_sets(const std::vector<std::string>& texts,
                                                           const promql::ParseOptions& options,
                                                           std::string_view prefix) {
  MatcherSets sets;
  for (const std::string& text : texts) {
    if (text.empty())
      return std::unexpected(format("{}unknown position: parse error: unexpected end of input", prefix));
    const auto parsed = promql::parse_text(text, options);
    if (!parsed) {
      const promql::ParseError& error = parsed.error().front();
      if (error.what.contains(kNonEmpty)) return std::unexpected(format("{}match[] {}", prefix, kNonEmpty));
      return std::unexpected(format("{}{}", prefix, parse_error_text(text, error)));
    }
    const promql::Expr& expression = **parsed;
    if (expression.kind != promql::Kind::vector_selector) {
      return std::unexpected(format("{}{}", prefix, no_selector(text, expression)));
    }
    sets.push_back(static_cast<const promql::VectorSelector&>(expression).matchers);
  }
  return sets;
}

}  // namespace firedrill::console
