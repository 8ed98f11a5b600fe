#include "base/text/format.h"
#include "lint/rule_lints.h"

namespace firedrill::lint::rules {

using alerting::Rule;

namespace {

void check(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    if (!rule.alert || annotated(rule, {"runbook", "runbook_url", "playbook"})) continue;
    findings.push_back({&rule, rule.alert->where, format("the alert {} has no runbook", rule.name()),
                        "add an annotation `runbook_url`"});
  }
}

}  // namespace

RuleLint runbook() {
  return {{.name = "runbook",
           .summary = "an alert has no runbook",
           .doc = "Whoever is paged wants to know what to do: an annotation runbook or runbook_url.",
           .instead = "annotations: {runbook_url: https://…}.",
           .why = "Prometheus passes annotations on as they are, and asks for none."},
          check};
}

}  // namespace firedrill::lint::rules
