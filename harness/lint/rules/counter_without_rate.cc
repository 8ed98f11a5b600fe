#include <algorithm>
#include <array>

#include "alerting/analysis/comparisons.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "lint/rule_lints.h"
#include "promql/functions/functions.h"
#include "promql/parse/printer.h"

namespace firedrill::lint::rules {

using alerting::Condition;
using alerting::Rule;
using promql::BinaryOp;
using promql::Expr;
using promql::Kind;

namespace {

// The selector whose own values the expression has, or sums of them.
const promql::VectorSelector* raw(const Expr& expression) {
  const Expr& node = promql::unwrap(expression);
  if (node.kind == Kind::vector_selector) return &promql::as<promql::VectorSelector>(node);
  if (node.kind != Kind::aggregate) return nullptr;
  const auto& aggregate = promql::as<promql::Aggregate>(node);
  using enum promql::AggregateOp;
  const bool keeps = aggregate.op == sum || aggregate.op == avg || aggregate.op == min || aggregate.op == max;
  return keeps ? raw(*aggregate.inner) : nullptr;
}

// The names that some rule takes for counters.
std::set<std::string> counters(const RuleLintInput& input) {
  constexpr std::array<std::string_view, 4> kOfCounters = {"increase", "irate", "rate", "resets"};
  std::set<std::string> names;
  for (const LintedRule& linted : input.rules) {
    promql::walk(*linted.rule.expression, [&](const Expr& node) {
      if (node.kind != Kind::call) return;
      const auto& call = promql::as<promql::Call>(node);
      if (std::ranges::find(kOfCounters, call.function->name) == kOfCounters.end()) return;
      for (const promql::VectorSelector* selector : promql::selectors(node)) names.insert(selector->name);
    });
  }
  return names;
}

// Requests and errors in total are counted by every client library; other totals may be sizes.
bool counts_by_name(const std::string& name) {
  constexpr std::array<std::string_view, 4> kCounted = {"_requests_total", "_errors_total", "_failures_total",
                                                        "_restarts_total"};
  return std::ranges::any_of(kCounted, [&](std::string_view ending) { return name.ends_with(ending); });
}

// A counter held against more than it has ever been.
const promql::VectorSelector* counter_of(const alerting::Comparison& comparison, const std::set<std::string>& known) {
  const auto threshold = alerting::constant(*comparison.threshold);
  const promql::VectorSelector* selector = raw(*comparison.value);
  if (!threshold || selector == nullptr || !selector->name.ends_with("_total")) return nullptr;
  const bool above = comparison.op == BinaryOp::gt || comparison.op == BinaryOp::ge;
  // That something has happened at all since the start may be what is meant.
  const bool any = *threshold <= 0 || (*threshold == 1 && comparison.op == BinaryOp::ge);
  if (!above || any) return nullptr;
  return known.contains(selector->name) || counts_by_name(selector->name) ? selector : nullptr;
}

// The comparisons that hold for good, and with them an alert: each side of `or`, both sides of `and`. What `unless` or
// another condition ends is no mistake: x_total > 10 unless x_total offset 5m > 10.
std::vector<std::size_t> for_good(const Condition& condition, const std::set<std::size_t>& counters) {
  if (condition.kind == Condition::Kind::comparison) {
    return counters.contains(condition.comparison) ? std::vector{condition.comparison} : std::vector<std::size_t>();
  }
  if (condition.kind != Condition::Kind::any && condition.kind != Condition::Kind::all) return {};
  std::vector<std::size_t> found;
  for (const Condition& part : condition.parts) {
    const std::vector<std::size_t> of_part = for_good(part, counters);
    if (of_part.empty() && condition.kind == Condition::Kind::all) return {};
    found.insert(found.end(), of_part.begin(), of_part.end());
  }
  return found;
}

void check(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  const std::set<std::string> known = counters(input);
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    if (!rule.alert) continue;
    const alerting::Conditions conditions = alerting::find_conditions(*rule.expression);
    std::set<std::size_t> of_counters;
    for (std::size_t i = 0; i < conditions.comparisons.size(); ++i) {
      if (counter_of(conditions.comparisons[i], known) != nullptr) of_counters.insert(i);
    }
    for (const std::size_t i : for_good(conditions.root, of_counters)) {
      const alerting::Comparison& comparison = conditions.comparisons[i];
      const std::string& name = counter_of(comparison, known)->name;
      const promql::TextRange where = comparison.value->where;
      findings.push_back(
          {&rule, locate(rule.expr, where.begin, where.end - where.begin),
           format("{} counts from the start of its process on: once it is {} {}, it stays so until a "
                  "restart",
                  name, to_string(comparison.op), format_number(*alerting::constant(*comparison.threshold))),
           format("compare increase({}[…]) or rate()", name)});
    }
  }
}

}  // namespace

RuleLint counter_without_rate() {
  return {{.name = "counter-without-rate",
           .summary = "a counter is compared as it stands",
           .doc = "A counter grows for as long as its process lives. Once over the threshold it stays there, and the "
                  "alert is resolved by a restart only. A counter is what some rule of the files takes the rate of, "
                  "and what is named for requests, errors, failures or restarts in total. x_total > 0, which may mean "
                  "that it has ever happened, is left alone, and so is what another condition ends: x_total > 10 "
                  "unless x_total offset 5m > 10.",
           .instead = "increase(x_total[10m]) > 10, or a rate().",
           .why = "Prometheus stores what a target shows, and a target shows the sum since it was started."},
          check};
}

}  // namespace firedrill::lint::rules
