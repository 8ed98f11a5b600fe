#include "alerting/analysis/value_flow.h"

#include <algorithm>
#include <array>

#include "alerting/analysis/comparisons.h"
#include "alerting/analysis/never_negative.h"
#include "alerting/analysis/share.h"
#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "promql/functions/functions.h"
#include "promql/parse/printer.h"

namespace firedrill::alerting {
namespace {

using promql::as;
using promql::BinaryOp;
using promql::Expr;
using promql::Kind;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct KnownRange {
  std::string_view function;
  double low;
  double high;
};
// What a function gives whatever it is given.
constexpr std::array kKnownRanges{
    KnownRange{"abs", 0, kInfinity},
    KnownRange{"absent", 1, 1},
    KnownRange{"absent_over_time", 1, 1},
    KnownRange{"changes", 0, kInfinity},
    KnownRange{"count_over_time", 1, kInfinity},
    KnownRange{"day_of_month", 1, 31},
    KnownRange{"day_of_week", 0, 6},
    KnownRange{"day_of_year", 1, 366},
    KnownRange{"days_in_month", 28, 31},
    KnownRange{"hour", 0, 23},
    KnownRange{"minute", 0, 59},
    KnownRange{"month", 1, 12},
    KnownRange{"present_over_time", 1, 1},
    KnownRange{"resets", 0, kInfinity},
    KnownRange{"sgn", -1, 1},
    KnownRange{"sqrt", 0, kInfinity},
    KnownRange{"stddev_over_time", 0, kInfinity},
    KnownRange{"stdvar_over_time", 0, kInfinity},
};
constexpr std::array<std::string_view, 3> kIncreases = {"increase", "irate", "rate"};
// What these give lies where their argument's values lie.
constexpr std::array<std::string_view, 14> kKeepValues = {
    "avg_over_time", "first_over_time", "label_join", "label_replace",     "last_over_time",
    "max_over_time", "min_over_time",   "sort",       "sort_by_label",     "sort_by_label_desc",
    "sort_desc",     "vector",          "scalar",     "quantile_over_time"};

// Whether all that filters in the expression is in its range: comparisons with plain numbers, and no !=.
bool range_is_all(const Expr& expression) {
  const Expr& inner = promql::unwrap(expression);
  if (inner.kind != Kind::binary) return true;
  const auto& binary = as<promql::Binary>(inner);
  if (!promql::is_comparison(binary.op) || binary.return_bool) return true;
  if (binary.op == BinaryOp::ne) return false;
  const bool left = binary.rhs->type == promql::ValueType::scalar;
  const Expr& threshold = left ? *binary.rhs : *binary.lhs;
  return constant(threshold) && range_is_all(left ? *binary.lhs : *binary.rhs);
}

bool same_source(const promql::Binary& binary) {
  // Matched by fewer labels, another sample may be what is met.
  if (binary.matching->on || !binary.matching->labels.empty()) return false;
  return promql::equal(filtered(*binary.lhs), filtered(*binary.rhs));
}

ValueFlow never(const Expr& where, std::string why) {
  ValueFlow flow;
  flow.empty_at = &where;
  flow.why = std::move(why);
  return flow;
}

// Of the series that Prometheus itself writes.
ValueFlow by_name(const promql::VectorSelector& selector) {
  ValueFlow flow;
  if (selector.name == "up") flow.range = {0, 1, false, false};
  if (selector.name != "ALERTS") return flow;
  flow.range = {1, 1, false, false};
  for (const model::Matcher& matcher : selector.matchers) {
    if (matcher.name() != "alertstate" || matcher.matches("firing") || matcher.matches("pending")) continue;
    return never(selector, format("alertstate is pending or firing, never {}",
                                  matcher.to_string().substr(matcher.name().size())));
  }
  return flow;
}

// Two matchers that no value satisfies.
ValueFlow of_selector(const promql::VectorSelector& selector) {
  for (const model::Matcher& equal : selector.matchers) {
    if (equal.op() != model::MatchOp::equal) continue;
    for (const model::Matcher& other : selector.matchers) {
      if (other.name() != equal.name() || other.matches(equal.value())) continue;
      return never(selector,
                   format("no label {} is both {} and {}", equal.name(), equal.to_string().substr(equal.name().size()),
                          other.to_string().substr(other.name().size())));
    }
  }
  return by_name(selector);
}

ValueFlow filter(ValueFlow flow, BinaryOp op, double threshold, const Expr& where) {
  if (flow.empty_at != nullptr) return flow;
  if (maths::is_nan(threshold)) {
    if (op == BinaryOp::ne) return flow;
    return never(where, format("nothing is {} NaN, and NaN itself neither", to_string(op)));
  }
  const ValueRange let = passing(op, threshold);
  const ValueRange left = intersection(flow.range, let);
  if (left.empty() || (op == BinaryOp::ne && flow.range.low == threshold && flow.range.high == threshold)) {
    return never(where,
                 format("its value is {}, never {} {}", describe(flow.range), to_string(op), format_number(threshold)));
  }
  flow.range = left;
  return flow;
}

ValueFlow of_comparison(const promql::Binary& binary) {
  const bool left = binary.lhs->type == promql::ValueType::vector;
  const bool right = binary.rhs->type == promql::ValueType::vector;
  ValueFlow a = value_flow(*binary.lhs);
  ValueFlow b = value_flow(*binary.rhs);
  if (left && a.empty_at != nullptr) return a;
  if (right && b.empty_at != nullptr) return b;
  if (binary.return_bool) {
    ValueFlow flow;
    flow.range = {0, 1, false, false};
    return flow;
  }
  if (left && !right) {
    const auto threshold = constant(*binary.rhs);
    return threshold ? filter(std::move(a), binary.op, *threshold, binary) : a;
  }
  if (right && !left) {
    const auto threshold = constant(*binary.lhs);
    return threshold ? filter(std::move(b), mirrored(binary.op), *threshold, binary) : b;
  }
  if (const auto threshold = constant(*binary.rhs)) return filter(std::move(a), binary.op, *threshold, binary);
  return a;
}

ValueFlow of_set(const promql::Binary& binary) {
  ValueFlow a = value_flow(*binary.lhs);
  const ValueFlow b = value_flow(*binary.rhs);
  if (binary.op == BinaryOp::or_) {
    if (a.empty_at != nullptr) return b.empty_at != nullptr ? a : b;
    if (b.empty_at != nullptr) return a;
    ValueFlow flow;
    flow.range = {std::min(a.range.low, b.range.low), std::max(a.range.high, b.range.high), false, false};
    return flow;
  }
  if (a.empty_at != nullptr) return a;
  if (binary.op == BinaryOp::unless) {
    const bool all =
        b.empty_at == nullptr && same_source(binary) && range_is_all(*binary.rhs) && a.range.within(b.range);
    if (all) return never(binary, "`unless` takes away every sample that the left side lets pass");
    return a;
  }
  if (b.empty_at != nullptr) return b;
  if (!same_source(binary)) return a;
  const ValueRange both = intersection(a.range, b.range);
  if (both.empty()) {
    return never(binary, format("{} is not {} and {} at once", promql::print(filtered(*binary.lhs)), describe(a.range),
                                describe(b.range)));
  }
  a.range = both;
  return a;
}

ValueFlow of_arithmetic(const promql::Binary& binary) {
  ValueFlow a = value_flow(*binary.lhs);
  ValueFlow b = value_flow(*binary.rhs);
  if (binary.lhs->type == promql::ValueType::vector && a.empty_at != nullptr) return a;
  if (binary.rhs->type == promql::ValueType::vector && b.empty_at != nullptr) return b;
  ValueFlow flow;
  if (is_share(binary)) {
    flow.range = {0, 1, false, false};
    return flow;
  }
  if (const auto first = constant(*binary.lhs); first && maths::is_finite(*first)) {
    const ValueRange& r = b.range;
    if (binary.op == BinaryOp::add) flow.range = {*first + r.low, *first + r.high, false, false};
    if (binary.op == BinaryOp::sub) flow.range = {*first - r.high, *first - r.low, false, false};
    if (binary.op == BinaryOp::mul && *first > 0) flow.range = {*first * r.low, *first * r.high, false, false};
    return flow;
  }
  const auto add = constant(*binary.rhs);
  if (add && maths::is_finite(*add)) {
    const ValueRange& r = a.range;
    if (binary.op == BinaryOp::add) flow.range = {r.low + *add, r.high + *add, r.low_open, r.high_open};
    if (binary.op == BinaryOp::sub) flow.range = {r.low - *add, r.high - *add, r.low_open, r.high_open};
    if (binary.op == BinaryOp::mul && *add > 0) flow.range = {r.low * *add, r.high * *add, r.low_open, r.high_open};
    if (binary.op == BinaryOp::div && *add > 0) flow.range = {r.low / *add, r.high / *add, r.low_open, r.high_open};
    // What is rounded may reach the bound.
    flow.range.low_open = flow.range.high_open = false;
  }
  return flow;
}

ValueFlow of_aggregate(const promql::Aggregate& node) {
  ValueFlow inner = value_flow(*node.inner);
  if (inner.empty_at != nullptr) return inner;
  using promql::AggregateOp;
  ValueFlow flow;
  switch (node.op) {
    case AggregateOp::count:
    case AggregateOp::count_values:
      flow.range = {1, kInfinity, false, false};
      return flow;
    case AggregateOp::group:
      flow.range = {1, 1, false, false};
      return flow;
    case AggregateOp::stddev:
    case AggregateOp::stdvar:
      flow.range = {0, kInfinity, false, false};
      return flow;
    case AggregateOp::sum:
      if (inner.range.low >= 0) flow.range.low = inner.range.low, flow.range.low_open = inner.range.low_open;
      if (inner.range.high <= 0) flow.range.high = inner.range.high, flow.range.high_open = inner.range.high_open;
      return flow;
    case AggregateOp::avg:
    case AggregateOp::min:
    case AggregateOp::max:
    case AggregateOp::topk:
    case AggregateOp::bottomk:
    case AggregateOp::limitk:
    case AggregateOp::limit_ratio:
      return inner;
    case AggregateOp::quantile:
      return flow;
  }
  return flow;
}

// clamp(x, 0, 1) and its like, of limits that are plain numbers.
ValueRange clamped(const promql::Call& call, const ValueRange& range) {
  const bool both = call.function->name == "clamp";
  const auto low = call.function->name == "clamp_max" ? -kInfinity : constant(*call.arguments[1]);
  const auto high = call.function->name == "clamp_min" ? kInfinity : constant(*call.arguments[both ? 2 : 1]);
  if (!low || !high || maths::is_nan(*low) || maths::is_nan(*high) || *low > *high) return {};
  ValueRange result = range;
  if (result.low <= *low) result.low = *low, result.low_open = false;
  if (result.high >= *high) result.high = *high, result.high_open = false;
  if (result.low > *high) result = {*high, *high, false, false};
  if (result.high < *low) result = {*low, *low, false, false};
  return result;
}

// Of what is never negative.
ValueRange increases(const promql::Expr& window, const ValueRange& range) {
  const bool counter =
      window.kind == Kind::matrix_selector && never_negative(*as<promql::MatrixSelector>(window).vector);
  return counter || range.low >= 0 ? ValueRange{.low = 0} : ValueRange{};
}

ValueFlow of_call(const promql::Call& call) {
  using promql::Special;
  const Special special = call.function->special;
  const std::string_view name = call.function->name;
  const bool survives = special == Special::absent || special == Special::absent_over_time ||
                        special == Special::vector || special == Special::scalar;
  ValueFlow argument;
  for (const promql::ExprPtr& each : call.arguments) {
    if (each->type != promql::ValueType::vector && each->type != promql::ValueType::matrix) continue;
    argument = value_flow(*each);
    if (argument.empty_at != nullptr && !survives) return argument;
  }
  ValueFlow flow;
  if (const auto value = constant(call)) {
    flow.range = {*value, *value, false, false};
    return flow;
  }
  const auto known = std::ranges::find(kKnownRanges, name, &KnownRange::function);
  if (known != kKnownRanges.end()) flow.range = {known->low, known->high, false, false};
  if (std::ranges::find(kIncreases, name) != kIncreases.end())
    flow.range = increases(*call.arguments[0], argument.range);
  if (name.starts_with("clamp")) flow.range = clamped(call, argument.range);
  const bool keeps = std::ranges::find(kKeepValues, name) != kKeepValues.end();
  // quantile_over_time(2, …) is infinite, and scalar() of nothing is NaN: no bound holds for sure.
  if (keeps && name != "quantile_over_time" && !survives) flow.range = argument.range;
  return flow;
}

}  // namespace

bool ValueRange::within(const ValueRange& other) const {
  const bool above = low > other.low || (low == other.low && (low_open || !other.low_open));
  const bool below = high < other.high || (high == other.high && (high_open || !other.high_open));
  return above && below;
}

ValueRange intersection(const ValueRange& a, const ValueRange& b) {
  ValueRange result = a;
  if (b.low > a.low || (b.low == a.low && b.low_open)) result.low = b.low, result.low_open = b.low_open;
  if (b.high < a.high || (b.high == a.high && b.high_open)) result.high = b.high, result.high_open = b.high_open;
  return result;
}

ValueRange passing(BinaryOp op, double threshold) {
  ValueRange range;
  if (maths::is_nan(threshold)) return range;
  if (op == BinaryOp::gt || op == BinaryOp::ge) range.low = threshold, range.low_open = op == BinaryOp::gt;
  if (op == BinaryOp::lt || op == BinaryOp::le) range.high = threshold, range.high_open = op == BinaryOp::lt;
  if (op == BinaryOp::eq) range.low = range.high = threshold;
  return range;
}

std::string describe(const ValueRange& range) {
  const bool low = maths::is_finite(range.low);
  const bool high = maths::is_finite(range.high);
  if (low && high && range.low == range.high) return format_number(range.low);
  std::string text;
  if (low) text = format("{} {}", range.low_open ? "over" : "at least", format_number(range.low));
  if (high) {
    text += format("{}{} {}", low ? " and " : "", range.high_open ? "under" : "at most", format_number(range.high));
  }
  return text.empty() ? "any number" : text;
}

ValueFlow value_flow(const Expr& expression) {
  ValueFlow flow;
  switch (expression.kind) {
    case Kind::number: {
      const double value = as<promql::NumberLiteral>(expression).value;
      if (!maths::is_nan(value)) flow.range = {value, value, false, false};
      return flow;
    }
    case Kind::vector_selector:
      return of_selector(as<promql::VectorSelector>(expression));
    case Kind::matrix_selector:
      return of_selector(*as<promql::MatrixSelector>(expression).vector);
    case Kind::subquery:
      return value_flow(*as<promql::Subquery>(expression).inner);
    case Kind::paren:
      return value_flow(*as<promql::Paren>(expression).inner);
    case Kind::unary: {
      const auto& unary = as<promql::Unary>(expression);
      flow = value_flow(*unary.inner);
      const ValueRange r = flow.range;
      if (unary.minus) flow.range = {-r.high, -r.low, r.high_open, r.low_open};
      return flow;
    }
    case Kind::aggregate:
      return of_aggregate(as<promql::Aggregate>(expression));
    case Kind::call:
      return of_call(as<promql::Call>(expression));
    case Kind::binary: {
      const auto& binary = as<promql::Binary>(expression);
      if (promql::is_set_operator(binary.op)) return of_set(binary);
      return promql::is_comparison(binary.op) ? of_comparison(binary) : of_arithmetic(binary);
    }
    case Kind::string:
      break;
  }
  return flow;
}

}  // namespace firedrill::alerting
