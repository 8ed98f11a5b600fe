#include "incident/alerts/alert_match.h"

#include <algorithm>

#include "base/contains.h"
#include "base/text/format.h"

namespace firedrill::incident {
using namespace record;
namespace {

bool of_rule(const RuleRecord& rule, const AlertRecord& alert) {
  return rule.alerting && rule.name == alert.alert && rule.group == alert.rule_group;
}

bool has_labels_of(const RuleRecord& rule, const AlertRecord& alert) {
  return std::all_of(rule.labels.begin(), rule.labels.end(), [&](const auto& own) {
    return own.value.find("{{") != std::string::npos || alert.labels.get(own.name) == own.value;
  });
}

}  // namespace

bool matches(const Expectation& expectation, const AlertRecord& alert) {
  const Fields& fields = expectation.fields;
  if (fields.text("alert") != alert.alert) return false;
  if (fields.has("severity") && alert.labels.get("severity") != fields.text("severity")) return false;
  return std::ranges::all_of(fields.text_map("labels"),
                             [&](const auto& label) { return alert.labels.get(label.first) == label.second; });
}

bool excepted(const Record& record, const AlertRecord& alert) {
  return std::ranges::any_of(record.declared.expectations, [&](const Expectation& expectation) {
    if (expectation.kind == "dead_mans_switch") return matches(expectation, alert);
    return expectation.kind == "no_other_alerts" && contains(expectation.fields.texts("except"), alert.alert);
  });
}

std::optional<Time> ended_at(const AlertRecord& alert) {
  if (alert.resolved_at) return alert.resolved_at;
  return alert.forgotten_at ? alert.over_at() : std::nullopt;
}

bool fires_in(const AlertRecord& alert, Time from, Time to) {
  const auto over = alert.over_at();
  return alert.firing_at && *alert.firing_at <= to && (!over || *over >= from);
}

bool may_raise(const Record& record, const RuleRecord& rule, const AlertRecord& alert) {
  return of_rule(rule, alert) && (record.monitoring.relabels_alerts || has_labels_of(rule, alert));
}

bool raised_by(const Record& record, const RuleRecord& rule, const AlertRecord& alert) {
  if (!may_raise(record, rule, alert)) return false;
  // Relabelling may have taken what tells the rules of one name apart; often it has not.
  return has_labels_of(rule, alert) || std::ranges::none_of(record.rules, [&](const RuleRecord& other) {
           return of_rule(other, alert) && has_labels_of(other, alert);
         });
}

std::string describe(const AlertRecord& alert) {
  model::Labels labels = alert.labels;
  labels.remove(model::kAlertName);
  return labels.empty() ? alert.alert : format("{} {}", alert.alert, labels.to_string());
}

}  // namespace firedrill::incident
