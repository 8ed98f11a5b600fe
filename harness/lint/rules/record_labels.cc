#include <algorithm>
#include <set>

#include "alerting/analysis/label_flow.h"
#include "alerting/analysis/recorded_labels.h"
#include "base/text/format.h"
#include "lint/rule_lints.h"

namespace firedrill::lint::rules {

using alerting::LabelFlow;
using alerting::Rule;

namespace {

// What the record has instead of what the matcher asks for: `window="5m"`, "no label window"; nothing if it may match.
std::optional<std::string> instead(const model::Matcher& matcher, const LabelFlow& recorded) {
  if (matcher.name() == model::kMetricName) return std::nullopt;
  const auto fixed = recorded.fixed.find(matcher.name());
  if (fixed != recorded.fixed.end()) {
    if (matcher.matches(fixed->second)) return std::nullopt;
    return format("with {}={}", matcher.name(), model::quote(fixed->second));
  }
  if (recorded.may_have(matcher.name()) || matcher.matches("")) return std::nullopt;
  return format("without the label {}", matcher.name());
}

std::string joined(const std::set<std::string>& parts) {
  std::string text;
  std::size_t left = parts.size();
  for (const std::string& part : parts) {
    text += part;
    if (--left > 0) text += left == 1 ? " and " : ", ";
  }
  return text;
}

// Why none of the rules that record the series gives what the selector asks for.
std::optional<std::string> why_none(const promql::VectorSelector& selector, const RuleLintInput& input) {
  std::set<std::string> have;
  std::set<std::string> asked;
  for (const LintedRule* record : input.records.at(selector.name)) {
    LabelFlow flow = alerting::labels_recorded_by(record->rule, input.recorded);
    if (!input.options.own_series) flow = alerting::with_labels_added(std::move(flow));
    bool matches = true;
    for (const model::Matcher& matcher : selector.matchers) {
      const auto other = instead(matcher, flow);
      if (!other) continue;
      matches = false;
      have.insert(*other);
      asked.insert(matcher.to_string());
      break;
    }
    if (matches) return std::nullopt;
  }
  return format("{} is recorded {}, and {} is asked for", selector.name, joined(have), joined(asked));
}

std::string place(const Position& where) {
  return where.source ? format("{}:{}", where.source->name, where.line) : format("line {}", where.line);
}

void check(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    for (const promql::VectorSelector* selector : promql::selectors(*rule.expression)) {
      // Of names without a colon others may be scraped.
      if (!input.recorded.contains(selector->name)) continue;
      const auto why = why_none(*selector, input);
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
       .doc = "Each rule that records the series sets a label, or keeps one that its own selectors fix, and the "
              "selector demands another value of it; or the rules' aggregations have dropped the label: it matches "
              "nothing. Where the files are not named by a prometheus.yml or a scenario, Thanos may add labels to what "
              "is recorded, and of what is dropped only instance, le and quantile are looked at.",
       .instead =
           "The value that the record has, the record that has the value, or the label in the record's aggregation.",
       .why = "A recorded series has the labels that its rule's expression gives, with the rule's `labels` written "
              "over them; what was aggregated away is not there to be asked for."},
      check};
}

}  // namespace firedrill::lint::rules
