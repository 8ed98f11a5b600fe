#include "base/duration.h"
#include "base/text/format.h"
#include "lint/rule_lints.h"

namespace firedrill::lint {

using alerting::Rule;

void lint_short_for(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
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

}  // namespace firedrill::lint
