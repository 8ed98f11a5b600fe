#include "monitor/rule_record.h"

#include "alerting/analysis/needed_selectors.h"
#include "promql/parse/printer.h"

namespace firedrill::monitor {

record::RuleRecord rule_record(const alerting::RuleGroup& group, const alerting::Rule& rule, Duration interval) {
  record::RuleRecord record;
  record.group = group.name.value;
  record.name = rule.name();
  record.alerting = rule.alerting();
  record.expr = promql::print(*rule.expression);
  record.hold = rule.hold;
  record.keep_firing_for = rule.keep_firing_for;
  for (const auto& label : rule.labels) record.labels.set(label.name, label.text.value);
  record.interval = interval;
  record.query_offset = group.query_offset;
  record.selectors = alerting::needed_selectors(*rule.expression).size();
  return record;
}

}  // namespace firedrill::monitor
