#include "incident/alerts/near_miss.h"

#include <algorithm>

#include "alerting/analysis/comparisons.h"
#include "alerting/analysis/nearest_miss.h"
#include "base/duration.h"
#include "base/text/format.h"
#include "incident/expressions.h"
#include "promql/engine.h"
#include "promql/parse/printer.h"

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

// The selectors, as text, that no sample matched which an evaluation between the two could read.
std::string unmatched(const promql::Expr& expression, const promql::Queryable& series, Time from, Time to) {
  const Duration reach = promql::Query::reach(expression, {.experimental_functions = true}).value_or(to - Time{});
  const auto sampled = [&](promql::SeriesRef ref) {
    const auto times = series.samples(ref).times;
    const auto first = std::ranges::lower_bound(times, (from - reach).time_since_epoch().count());
    return first != times.end() && *first <= to.time_since_epoch().count();
  };
  std::string names;
  for (const promql::VectorSelector* selector : promql::selectors(expression)) {
    if (std::ranges::any_of(series.select(selector->matchers), sampled)) continue;
    names += (names.empty() ? "" : ", ") + promql::print(*selector);
  }
  return names;
}

bool keeps_series(const promql::Expr& expression, const promql::Queryable& series) {
  const auto selectors = promql::selectors(expression);
  return selectors.empty() || std::ranges::any_of(selectors, [&](const promql::VectorSelector* selector) {
           return !series.select(selector->matchers).empty();
         });
}

}  // namespace

std::string never_evaluated(const RuleRecord& rule) {
  return format("the rule was never evaluated in the run; its group's interval is {}",
                describe_duration(rule.interval));
}

std::string near_miss(const Record& record, const RuleRecord& rule, const promql::Queryable& series, Time from, Time to,
                      const std::map<std::string, std::string>& labels, bool known_pending) {
  if (rule.vacuous()) return format("the rule is vacuous: no series matches {}", empty_selectors(rule));
  if (rule.evaluations == 0) return never_evaluated(rule);
  if (rule.failures == rule.evaluations) {
    return format("every evaluation of the rule failed: {}", rule.last_error);
  }
  const ExprRef expression = parsed(record, rule.expr).value_or(nullptr);
  if (expression == nullptr) return {};
  alerting::Rule copy;
  copy.alert = alerting::Text{rule.name, {}};
  copy.expr = alerting::Text{rule.expr, {}};
  copy.hold = rule.hold;
  copy.expression = as_difference(record, *expression);
  if (copy.expression == nullptr) copy.expression = expression;
  const Duration step = rule.interval > 0ms ? rule.interval : 1min;
  const auto nearest = [&](const model::Labels& wanted) {
    return alerting::nearest_miss(copy, series, {.version = version_of(record)}, from, to, step, wanted);
  };
  // What the rule says itself is no matter of its series.
  model::Labels wanted;
  for (const auto& [name, value] : labels) {
    if (!rule.labels.has(name) && name != model::kAlertName) wanted.set(name, value);
  }
  if (const auto miss = nearest(wanted)) {
    if (known_pending || !miss->met || rule.hold <= 0ms || miss->longest_met >= rule.hold) return describe(*miss);
    const bool once = miss->longest_met <= 0ms;
    return format("{}; it held {}, and `for` asks for {}", describe(*miss),
                  once ? "at one evaluation alone" : "for " + describe_duration(miss->longest_met) + " at a stretch",
                  describe_duration(rule.hold));
  }
  if (const auto others = wanted.empty() ? std::nullopt : nearest({})) {
    return format("its expression never had a value with {}; elsewhere, {}", wanted.to_string(), describe(*others));
  }
  if (!keeps_series(*expression, series)) return {};
  if (const std::string none = unmatched(*expression, series, from, to); !none.empty()) {
    return format("its expression never had a value: no series matched {}", none);
  }
  return alerting::find_conditions(*copy.expression).comparisons.empty()
             ? "its expression never held, and compares with nothing that it could have come near to"
             : "its expression never had a value";
}

}  // namespace firedrill::incident
