#include "incident/near_miss.h"

#include "alerting/nearest_miss.h"
#include "base/duration.h"
#include "base/format.h"
#include "promql/parser.h"

namespace firedrill::incident {
namespace {

promql::Version version_of(const Record& record) {
  return record.promql_version == "2" ? promql::Version::v2 : promql::Version::v3;
}

std::string empty_selectors(const RuleRecord& rule) {
  std::string names;
  for (const std::string& selector : rule.empty_selectors) names += (names.empty() ? "" : ", ") + selector;
  return names;
}

}  // namespace

std::string near_miss(const Record& record, const RuleRecord& rule, const promql::Queryable& series, Time from, Time to,
                      const std::map<std::string, std::string>& labels) {
  if (rule.vacuous()) return format("the rule is vacuous: no series matches {}", empty_selectors(rule));
  if (rule.evaluations > 0 && rule.failures == rule.evaluations) {
    return format("every evaluation of the rule failed: {}", rule.last_error);
  }
  alerting::Rule copy;
  copy.alert = alerting::Text{rule.name, {}};
  copy.expr = alerting::Text{rule.expr, {}};
  copy.hold = rule.hold;
  auto parsed = promql::parse_text(rule.expr, {.version = version_of(record), .experimental_functions = true});
  if (!parsed) return {};
  copy.expression = *parsed;
  // What the rule says itself is no matter of its series.
  model::Labels wanted;
  for (const auto& [name, value] : labels) {
    if (!rule.labels.has(name) && name != model::kAlertName) wanted.set(name, value);
  }
  const Duration step = rule.interval > 0ms ? rule.interval : 1min;
  const auto miss = alerting::nearest_miss(copy, series, {.version = version_of(record)}, from, to, step, wanted);
  if (!miss) return {};
  if (miss->met && rule.hold > 0ms && miss->longest_met < rule.hold) {
    return format("{}; it held for {} at a stretch, and `for` asks for {}", describe(*miss),
                  describe_duration(miss->longest_met), describe_duration(rule.hold));
  }
  return describe(*miss);
}

}  // namespace firedrill::incident
