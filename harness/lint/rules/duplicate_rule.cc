#include <map>

#include "base/text/format.h"
#include "lint/rule_lints.h"

namespace firedrill::lint::rules {

using alerting::NamedText;
using alerting::Rule;

namespace {

void check(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  using Labels = std::vector<std::pair<std::string, std::string>>;
  std::map<std::tuple<const Source*, std::string, Labels>, const Rule*> seen;
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    Labels labels;
    for (const NamedText& label : rule.labels) labels.emplace_back(label.name, label.text.value);
    const Position& where = rule.alert ? rule.alert->where : rule.record->where;
    const auto [first, added] = seen.try_emplace({where.source.get(), rule.name(), std::move(labels)}, &rule);
    if (added) continue;
    findings.push_back({&rule, where,
                        format("{} {} is repeated with the same labels; the first is in line {}",
                               rule.alert ? "alert" : "record", model::quote(rule.name()), first->second->where.line),
                        "repeated rules may overwrite each other's series"});
  }
}

}  // namespace

RuleLint duplicate_rule() {
  return {
      {.name = "duplicate-rule",
       .summary = "two rules of a file write the same series",
       .doc =
           "Two rules with the same name and labels overwrite each other's samples, or are two alerts that nobody can "
           "tell apart; promtool's lint of that name.",
       .instead = "One rule whose expression joins both by `or`, or a label that tells them apart.",
       .why = "A series is its name and labels; which rule wrote a sample is not part of it."},
      check};
}

}  // namespace firedrill::lint::rules
