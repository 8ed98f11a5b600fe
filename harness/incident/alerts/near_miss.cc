#include "incident/alerts/near_miss.h"

#include <algorithm>
#include <vector>

#include "alerting/analysis/comparisons.h"
#include "alerting/analysis/empty_value.h"
#include "alerting/analysis/nearest_miss.h"
#include "base/duration.h"
#include "base/text/format.h"
#include "incident/alerts/pending_episodes.h"
#include "incident/expressions.h"
#include "promql/engine.h"
#include "promql/parse/printer.h"
#include "record/clock.h"

namespace firedrill::incident {
using namespace record;
namespace {

std::string empty_selectors(const RuleRecord& rule) {
  std::string names;
  for (const std::string& selector : rule.empty_selectors) names += (names.empty() ? "" : ", ") + selector;
  return names;
}

bool is_vector(const promql::ExprPtr& side) {
  return side->type == promql::ValueType::vector;
}

// One vector compared with another, as their difference compared with 0, which has a distance; else nothing.
ExprRef as_difference(const Record& record, const promql::Expr& expression) {
  const promql::Expr& root = promql::unwrap(expression);
  if (root.kind != promql::Kind::binary) return nullptr;
  const auto& binary = promql::as<promql::Binary>(root);
  if (!promql::is_comparison(binary.op) || binary.return_bool || !is_vector(binary.lhs) || !is_vector(binary.rhs)) {
    return nullptr;
  }
  // As it is printed: left side, operator, matching, right side.
  const std::string whole = promql::print(binary), left = promql::print(*binary.lhs),
                    right = promql::print(*binary.rhs);
  const std::string_view op = promql::to_string(binary.op);
  const std::size_t from = left.size() + 1 + op.size();
  const std::string matching = whole.substr(from, whole.size() - right.size() - 1 - from);
  const auto enclosed = [](const promql::ExprPtr& side, const std::string& text) {
    return side->kind == promql::Kind::binary ? "(" + text + ")" : text;
  };
  const std::string difference =
      format("({} -{} {}) {} 0", enclosed(binary.lhs, left), matching, enclosed(binary.rhs, right), op);
  return parsed(record, difference).value_or(nullptr);
}

// The instants that the rule looked at: of its evaluations, less the query offset. Where nothing tells when these were,
// instants as far apart.
struct Looks {
  Time from;
  Time to;
  Duration step;

  std::vector<Time> times() const {
    std::vector<Time> all;
    for (Time t = from; t <= to; t += step) all.push_back(t);
    return all;
  }
};

Looks looks_of(const Record& record, const RuleRecord& rule, Time from, Time to) {
  const Duration step = rule.interval > 0ms ? rule.interval : 1min;
  const auto of_group = std::ranges::find_if(record.alerts, [&](const AlertRecord& alert) {
    return alert.rule_group == rule.group && alert.pending_at.has_value();
  });
  if (of_group != record.alerts.end()) {
    const Duration late = (from - *of_group->pending_at) % step;
    if (late > 0ms) from += step - late;
    if (late < 0ms) from += -late;
  }
  const Duration offset = query_offset(record, rule);
  return {from - offset, to - offset, step};
}

// Of what is said of all times between two: which these are, where they are not those of the whole run.
std::string bounded(const Record& record, Time from, Time to, const std::string& text) {
  const bool to_the_end = to >= record.judged_to;
  if (from <= record.judged_from && to_the_end) return text;
  if (to_the_end) return format("from {} on, {}", clock_of(record, from), text);
  return format("between {} and {}, {}", clock_of(record, from), clock_of(record, to), text);
}

std::string held_too_briefly(const alerting::NearestMiss& miss, const RuleRecord& rule) {
  if (!miss.held || rule.hold <= 0ms || miss.longest_held >= rule.hold) return {};
  const bool once = miss.longest_held <= 0ms;
  return format("; it held {}, and `for` asks for {}",
                once ? "at one evaluation alone" : "for " + describe_at_least(miss.longest_held) + " at a stretch",
                describe_duration(rule.hold));
}

// Of a comparison that never held: that what it compares cannot be but 0.
std::string always_zero(const ExprRef& expression, const promql::Queryable& series, const promql::Options& options,
                        const Looks& looks, const alerting::NearestMiss& miss) {
  if (miss.held) return {};
  const std::vector<Time> times = looks.times();
  for (const alerting::Comparison& comparison : alerting::find_conditions(*expression).comparisons) {
    const std::string why = alerting::why_always_zero({expression, series, options, times}, *comparison.value);
    if (!why.empty()) return "; " + why;
  }
  return {};
}

// Of comparisons that had something to compare, and it was NaN throughout: 0 / 0, where there was no traffic.
std::string always_nan(const ExprRef& expression, const promql::Queryable& series, const promql::Options& options,
                       const std::vector<Time>& times, const promql::Expr& part) {
  std::vector<const promql::Expr*> compared{&part};
  for (const alerting::Comparison& comparison : alerting::find_conditions(part).comparisons) {
    compared.push_back(comparison.value);
  }
  for (const promql::Expr* value : compared) {
    if (!alerting::is_always_nan({expression, series, options, times}, *value)) continue;
    return format("{} was never anything but NaN, as 0 / 0 is", promql::print(*value));
  }
  return {};
}

std::string never_a_value(const Record& record, const ExprRef& expression, const promql::Queryable& series,
                          const promql::Options& options, const Looks& looks, const promql::Expr& part,
                          const model::Labels& wanted) {
  const std::vector<Time> times = looks.times();
  if (std::string nan = always_nan(expression, series, options, times, part); !nan.empty()) return nan;
  const std::string why = alerting::why_empty(
      {expression, series, options, times, wanted, [&](Time t) { return clock_of(record, t); }}, part);
  const bool whole = alerting::find_conditions(*expression).root.parts.empty();
  std::string out = format("{} never had a value", whole ? "its expression" : promql::print(part));
  return why.empty() ? out : out + ": " + why;
}

}  // namespace

std::string never_evaluated(const RuleRecord& rule) {
  return format("the rule was never evaluated in the run; its group's interval is {}",
                describe_duration(rule.interval));
}

std::string near_miss(const Record& record, const RuleRecord& rule, const promql::Queryable& series, Time from, Time to,
                      const std::map<std::string, std::string>& labels) {
  if (rule.vacuous()) return format("the rule is vacuous: no series matches {}", empty_selectors(rule));
  if (rule.evaluations == 0) return never_evaluated(rule);
  if (rule.failures == rule.evaluations) {
    return format("every evaluation of the rule failed: {}", rule.last_error);
  }
  const ExprRef expression = expression_of(record, rule);
  if (expression == nullptr || !keeps_series(*expression, series)) return {};
  const Looks looks = looks_of(record, rule, from, to);
  ExprRef looked_at = as_difference(record, *expression);
  if (looked_at == nullptr) looked_at = expression;
  const promql::Options options{.version = version_of(record)};
  const auto nearest = [&](const model::Labels& wanted) {
    return alerting::nearest_miss(looked_at, series, options, looks.from, looks.to, looks.step, wanted,
                                  [&](Time t) { return clock_of(record, t); });
  };
  // What the rule says itself is no matter of its series.
  model::Labels wanted;
  for (const auto& [name, value] : labels) {
    if (!rule.labels.has(name) && name != model::kAlertName) wanted.set(name, value);
  }
  const auto miss = nearest(wanted);
  if (!miss) return {};
  if (miss->empty == nullptr) {
    const std::string more = held_too_briefly(*miss, rule) + always_zero(looked_at, series, options, looks, *miss);
    return miss->of_all || !more.empty() ? bounded(record, from, to, miss->text + more) : miss->text;
  }
  if (miss->nan && !wanted.empty()) {
    return bounded(
        record, from, to,
        format("{} was never anything but NaN with {}, as 0 / 0 is", promql::print(*miss->empty), wanted.to_string()));
  }
  if (const auto others = wanted.empty() ? std::nullopt : nearest({}); others && others->empty == nullptr) {
    return bounded(record, from, to,
                   format("its expression never had a value with {}; elsewhere, {}", wanted.to_string(), others->text));
  }
  return bounded(record, from, to, never_a_value(record, looked_at, series, options, looks, *miss->empty, wanted));
}

}  // namespace firedrill::incident
