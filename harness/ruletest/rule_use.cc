#include "ruletest/rule_use.h"

#include <algorithm>

#include "promql/engine.h"

namespace firedrill::ruletest {

std::optional<Duration> rule_reach(const alerting::Rule& rule, const alerting::RuleGroup& group,
                                   const promql::Options& options) {
  const auto asks = [](const alerting::Template& text) { return text.calls_query(); };
  if (std::ranges::any_of(rule.label_templates, asks) || std::ranges::any_of(rule.annotation_templates, asks)) {
    return std::nullopt;
  }
  const auto reach = promql::Query::reach(*rule.expression, options);
  if (!reach) return std::nullopt;
  return *reach + group.query_offset.value_or(Duration::zero());
}

namespace {

bool matches(const promql::VectorSelector& selector, std::string_view label, const std::string& value) {
  return std::ranges::all_of(selector.matchers,
                             [&](const model::Matcher& m) { return m.name() != label || m.matches(value); });
}

bool names(const promql::VectorSelector& selector, std::string_view label) {
  return std::ranges::any_of(selector.matchers, [&](const model::Matcher& m) { return m.name() == label; });
}

}  // namespace

bool reads(const promql::Expr& expression, const std::string& metric_name) {
  return std::ranges::any_of(promql::selectors(expression), [&](const promql::VectorSelector* selector) {
    return matches(*selector, model::kMetricName, metric_name);
  });
}

bool reads_alert(const promql::Expr& expression, const std::string& alertname) {
  return std::ranges::any_of(promql::selectors(expression), [&](const promql::VectorSelector* selector) {
    const bool of_alerts =
        matches(*selector, model::kMetricName, "ALERTS") || matches(*selector, model::kMetricName, "ALERTS_FOR_STATE");
    return of_alerts && names(*selector, model::kMetricName) && names(*selector, model::kAlertName) &&
           matches(*selector, model::kAlertName, alertname);
  });
}

std::set<const alerting::Rule*> rules_looked_at(const std::vector<const alerting::Rule*>& rules,
                                                const std::vector<const promql::Expr*>& expressions,
                                                const std::set<std::string>& alertnames) {
  std::set<const alerting::Rule*> looked_at;
  std::vector<const promql::Expr*> to_follow = expressions;
  for (const alerting::Rule* rule : rules) {
    if (rule->alerting() && alertnames.contains(rule->name()) && looked_at.insert(rule).second) {
      to_follow.push_back(rule->expression.get());
    }
  }
  while (!to_follow.empty()) {
    const promql::Expr& expression = *to_follow.back();
    to_follow.pop_back();
    for (const alerting::Rule* rule : rules) {
      if (looked_at.contains(rule)) continue;
      const bool read = rule->alerting() ? reads_alert(expression, rule->name()) : reads(expression, rule->name());
      if (!read) continue;
      looked_at.insert(rule);
      to_follow.push_back(rule->expression.get());
    }
  }
  return looked_at;
}

}  // namespace firedrill::ruletest
