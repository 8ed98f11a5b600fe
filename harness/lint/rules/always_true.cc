#include <algorithm>
#include <array>
#include <set>

#include "alerting/analysis/comparisons.h"
#include "alerting/analysis/value_flow.h"
#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "lint/rule_lints.h"
#include "promql/functions/functions.h"
#include "promql/parse/printer.h"

namespace firedrill::lint::rules {

using alerting::Rule;
using alerting::ValueRange;
using promql::BinaryOp;
using promql::Expr;
using promql::Kind;

namespace {

// What these give has its bounds by nature; count(x) > 0 is no more than a way to say that there is something.
// `hour() >= 0 < 6` is a readable way to name a span, so that the calendar is not among them.
constexpr std::array<std::string_view, 12> kBounded = {
    "abs",   "changes", "clamp",  "clamp_max", "clamp_min",        "increase",
    "irate", "rate",    "resets", "sqrt",      "stddev_over_time", "stdvar_over_time"};
// These give what they are given.
constexpr std::array<std::string_view, 4> kPass = {"avg_over_time", "last_over_time", "max_over_time", "min_over_time"};

struct Compared {
  const Expr* value;
  BinaryOp op;
  double threshold;
};

std::optional<Compared> compared(const Expr& expression) {
  const Expr& node = promql::unwrap(expression);
  if (node.kind != Kind::binary) return std::nullopt;
  const auto& binary = promql::as<promql::Binary>(node);
  if (!promql::is_comparison(binary.op) || binary.return_bool) return std::nullopt;
  const bool left = binary.rhs->type == promql::ValueType::scalar;
  if (left == (binary.lhs->type == promql::ValueType::scalar)) return std::nullopt;
  const auto threshold = alerting::constant(left ? *binary.rhs : *binary.lhs);
  if (!threshold) return std::nullopt;
  return Compared{&promql::unwrap(left ? *binary.lhs : *binary.rhs), left ? binary.op : alerting::mirrored(binary.op),
                  *threshold};
}

bool holds(double value, BinaryOp op, double threshold) {
  switch (op) {
    case BinaryOp::eq:
      return value == threshold;
    case BinaryOp::ne:
      return value != threshold;
    case BinaryOp::lt:
      return value < threshold;
    case BinaryOp::le:
      return value <= threshold;
    case BinaryOp::gt:
      return value > threshold;
    default:
      return value >= threshold;
  }
}

bool bounded_by_nature(const Expr& value) {
  const Expr& node = promql::unwrap(value);
  if (node.kind == Kind::aggregate) {
    const auto& aggregate = promql::as<promql::Aggregate>(node);
    using enum promql::AggregateOp;
    const bool keeps = aggregate.op == sum || aggregate.op == avg || aggregate.op == min || aggregate.op == max;
    return keeps && bounded_by_nature(*aggregate.inner);
  }
  if (node.kind == Kind::vector_selector) return promql::as<promql::VectorSelector>(node).name == "up";
  if (node.kind == Kind::matrix_selector) return bounded_by_nature(*promql::as<promql::MatrixSelector>(node).vector);
  // With a default it is as bounded as both.
  if (node.kind == Kind::binary && promql::as<promql::Binary>(node).op == BinaryOp::or_) {
    const auto& binary = promql::as<promql::Binary>(node);
    return bounded_by_nature(*binary.lhs) && (alerting::constant(*binary.rhs) || bounded_by_nature(*binary.rhs));
  }
  if (node.kind != Kind::call) return false;
  const auto& call = promql::as<promql::Call>(node);
  if (std::ranges::find(kPass, call.function->name) != kPass.end()) return bounded_by_nature(*call.arguments[0]);
  return std::ranges::find(kBounded, call.function->name) != kBounded.end();
}

// x >= 0 of the rate of a counter.
bool always(const Compared& comparison) {
  if (maths::is_nan(comparison.threshold)) return comparison.op == BinaryOp::ne;
  if (!bounded_by_nature(*comparison.value)) return false;
  const ValueRange range = alerting::value_flow(*comparison.value).range;
  if (comparison.op == BinaryOp::ne) return comparison.threshold < range.low || comparison.threshold > range.high;
  // That something is below infinity is a way to leave out what is not.
  if (comparison.op == BinaryOp::eq || !maths::is_finite(comparison.threshold)) return false;
  return range.within(alerting::passing(comparison.op, comparison.threshold));
}

// The comparisons of a chain of `or`; nothing if there is anything else in it.
bool alternatives(const Expr& expression, std::vector<Compared>& found) {
  const Expr& node = promql::unwrap(expression);
  if (node.kind == Kind::binary && promql::as<promql::Binary>(node).op == BinaryOp::or_) {
    const auto& binary = promql::as<promql::Binary>(node);
    return alternatives(*binary.lhs, found) && alternatives(*binary.rhs, found);
  }
  const auto one = compared(node);
  if (one) found.push_back(*one);
  return one.has_value();
}

bool whole_numbers(const Expr& value) {
  return value.kind == Kind::call && promql::as<promql::Call>(value).function->special == promql::Special::calendar &&
         promql::as<promql::Call>(value).function->name != "year";
}

// x < 5 or x >= 5: every value passes one of them.
bool any_value_passes(const std::vector<Compared>& all) {
  if (all.size() < 2) return false;
  std::set<double> values;
  const bool whole = whole_numbers(*all.front().value);
  const ValueRange range = alerting::value_flow(*all.front().value).range;
  for (const Compared& each : all) {
    if (!promql::equal(*each.value, *all.front().value) || !maths::is_finite(each.threshold)) return false;
    for (const double offset : {-1.0, 0.0, 1.0}) values.insert(each.threshold + offset);
  }
  if (whole) {
    for (double value = range.low; value <= range.high; ++value) values.insert(value);
  } else {
    // Between any two thresholds, too.
    const std::vector<double> sorted(values.begin(), values.end());
    for (std::size_t i = 1; i < sorted.size(); ++i) values.insert((sorted[i - 1] + sorted[i]) / 2);
  }
  return std::ranges::all_of(values, [&](double value) {
    if (value < range.low || value > range.high) return true;
    return std::ranges::any_of(all, [&](const Compared& each) { return holds(value, each.op, each.threshold); });
  });
}

// Of a number with a number, as a side of `or`: `x or vector(0) == 0` reads as x or (vector(0) == 0). Elsewhere it may
// be a switch that somebody has written so.
bool number_passes(const Expr& side) {
  const auto one = compared(side);
  const auto value = one ? alerting::constant(*one->value) : std::nullopt;
  return value && holds(*value, one->op, one->threshold);
}

class Search {
 public:
  Search(const Rule& rule, std::vector<RuleFinding>& findings) : rule_(rule), findings_(findings) {}

  // `in_chain`: an `or` around the node has been looked at with all its alternatives.
  void look(const Expr& node, bool in_chain = false) {
    if (const auto one = compared(node); one && node.kind == Kind::binary && always(*one)) {
      say(node,
          format("{} is always {} {}", promql::print(*one->value), to_string(one->op), format_number(one->threshold)));
    }
    const Expr& inner = promql::unwrap(node);
    const bool is_or = joins_by_or(inner);
    if (is_or && &inner == &node) look_at_numbers(promql::as<promql::Binary>(inner));
    if (is_or && !in_chain) {
      std::vector<Compared> all;
      in_chain = alternatives(inner, all);
      if (in_chain && any_value_passes(all)) {
        say(inner, format("every value of {} passes one side of the `or`", promql::print(*all.front().value)));
        return;
      }
    }
    for (const Expr* child : promql::children(node)) look(*child, in_chain && (is_or || &inner != &node));
  }

 private:
  static bool joins_by_or(const Expr& node) {
    return node.kind == Kind::binary && promql::as<promql::Binary>(node).op == BinaryOp::or_;
  }

  void look_at_numbers(const promql::Binary& either) {
    for (const Expr* side : {either.lhs.get(), either.rhs.get()}) {
      if (!number_passes(*side)) continue;
      findings_.push_back(
          {&rule_, locate(rule_.expr, side->where.begin, side->where.end - side->where.begin),
           format("{} always holds, and so this side of the `or` always has a result", promql::print(*side)),
           "a comparison binds more than `or`: put the `or` into parentheses"});
    }
  }

  void say(const Expr& node, std::string what) {
    findings_.push_back({&rule_, locate(rule_.expr, node.where.begin, node.where.end - node.where.begin),
                         std::move(what), "compare with what only some values pass, or leave the comparison out"});
  }

  const Rule& rule_;
  std::vector<RuleFinding>& findings_;
};

void check(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  for (const LintedRule& linted : input.rules) Search(linted.rule, findings).look(*linted.rule.expression);
}

}  // namespace

RuleLint always_true() {
  return {{.name = "always-true",
           .summary = "a comparison that every value passes",
           .doc = "The rate of a counter (by its name: _total, _bucket, _count) is never below 0, `up` never over 1, "
                  "each day is not Sunday or not Saturday: the comparison "
                  "lets everything pass. In `x or vector(0) == 0` it is the right side that always does. count(x) > 0, "
                  "which only says that there is something, is left alone.",
           .instead = "The bound that was meant; `and` for `or` where both are to hold: day_of_week() != 0 and "
                      "day_of_week() != 6; (x or vector(0)) == 0.",
           .why = "A comparison filters samples by their values and binds more than `or`, which keeps what passes "
                  "either side."},
          check};
}

}  // namespace firedrill::lint::rules
