#include "base/duration.h"
#include "base/text/format.h"
#include "lint/rule_lints.h"

namespace firedrill::lint::rules {

using alerting::Rule;

namespace {

void check(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    if (!rule.alert || !linted.interval || rule.hold <= Duration(0) || rule.hold >= *linted.interval) continue;
    findings.push_back({&rule, rule.alert->where,
                        format("the alert {} waits `for` {}, and is evaluated every {}", rule.name(),
                               format_duration(rule.hold), format_duration(*linted.interval)),
                        format("it fires at the second evaluation, as with `for: {}`; say so, or leave `for` out",
                               format_duration(*linted.interval))});
  }
}

}  // namespace

RuleLint short_for() {
  return {
      {.name = "short-for",
       .summary = "`for` is shorter than the evaluation interval",
       .doc =
           "A `for` between 0 and the interval always comes to one interval: the alert fires at the second evaluation "
           "that holds. Where a group has no interval, that of the scenario counts.",
       .instead = "The interval itself, or no `for`.",
       .why = "An alert is pending from the first evaluation that gives it, and fires at the first one at which it has "
              "been "
              "pending for `for`; between evaluations nothing happens."},
      check};
}

}  // namespace firedrill::lint::rules
