#include "alerting/analysis/label_flow.h"
#include "base/text/format.h"
#include "lint/rule_lints.h"

namespace firedrill::lint::rules {

using alerting::LabelFlow;
using alerting::Rule;

namespace {

std::optional<std::string> why_none(const promql::VectorSelector& selector, const LabelFlow& recorded) {
  for (const model::Matcher& matcher : selector.matchers) {
    if (matcher.name() == model::kMetricName) continue;
    const auto fixed = recorded.fixed.find(matcher.name());
    if (fixed != recorded.fixed.end() && !matcher.matches(fixed->second)) {
      return format("{} is recorded with {}={}, and {} is asked for", selector.name, matcher.name(),
                    model::quote(fixed->second), matcher.to_string());
    }
  }
  return std::nullopt;
}

std::string place(const Position& where) {
  return where.source ? format("{}:{}", where.source->name, where.line) : format("line {}", where.line);
}

void check(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    for (const promql::VectorSelector* selector : promql::selectors(*rule.expression)) {
      const auto recorded = input.recorded_open.find(selector->name);
      if (recorded == input.recorded_open.end()) continue;
      const auto why = why_none(*selector, recorded->second);
      if (!why) continue;
      const LintedRule& record = *input.records.at(selector->name).front();
      findings.push_back({&rule, locate(rule.expr, selector->where.begin, selector->where.end - selector->where.begin),
                          *why, format("it is recorded in {}", place(record.rule.record->where))});
    }
  }
}

}  // namespace

RuleLint record_labels() {
  return {
      {.name = "record-labels",
       .summary = "a selector asks a recorded series for labels that it does not have",
       .doc =
           "The rules that record the series set a label, or keep one that their own selectors fix, and the selector "
           "demands another value of it: it matches nothing.",
       .instead = "The value that the record has, or the record that has the value.",
       .why = "A recording rule's `labels` are written over what its expression gives."},
      check};
}

}  // namespace firedrill::lint::rules
