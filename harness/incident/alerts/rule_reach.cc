#include "incident/alerts/rule_reach.h"

#include <algorithm>

#include "incident/alerts/alert_match.h"
#include "incident/expressions.h"
#include "promql/engine.h"

namespace firedrill::incident {
using namespace record;
namespace {

// What the selector asks of the metric's name, if it asks anything, may be this.
bool may_select(const promql::VectorSelector& selector, std::string_view metric) {
  return std::ranges::all_of(selector.matchers, [&](const model::Matcher& matcher) {
    return matcher.name() != model::kMetricName || matcher.matches(metric);
  });
}

}  // namespace

std::optional<Duration> RuleReach::of(const AlertRecord& alert) {
  std::optional<Duration> longest;
  for (const RuleRecord& rule : record_.rules) {
    if (!may_raise(record_, rule, alert)) continue;
    const Reach reach = of(rule);
    if (!reach) return std::nullopt;
    longest = std::max(longest.value_or(Duration(0)), *reach);
  }
  return longest;
}

RuleReach::Reach RuleReach::of(const RuleRecord& rule) {
  // Until it is known there is no end to it: so a rule that reads itself comes to the right answer.
  const auto [it, added] = known_.try_emplace(&rule);
  return added ? known_[&rule] = computed(rule) : it->second;
}

RuleReach::Reach RuleReach::computed(const RuleRecord& rule) {
  const ExprRef expression = expression_of(record_, rule);
  if (expression == nullptr) return std::nullopt;
  Reach own = promql::Query::reach(*expression, {.version = version_of(record_), .experimental_functions = true});
  Duration read{};
  for (const promql::VectorSelector* selector : promql::selectors(*expression)) {
    if (may_select(*selector, "ALERTS") || may_select(*selector, "ALERTS_FOR_STATE")) return std::nullopt;
    for (const RuleRecord& other : record_.rules) {
      if (other.alerting || !may_select(*selector, other.name)) continue;
      const Reach reach = of(other);
      if (!reach) return std::nullopt;
      read = std::max(read, *reach + other.interval);
    }
  }
  return own ? Reach(*own + read) : std::nullopt;
}

}  // namespace firedrill::incident
