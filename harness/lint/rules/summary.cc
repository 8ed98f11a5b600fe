#include "base/text/format.h"
#include "lint/rule_lints.h"

namespace firedrill::lint::rules {

using alerting::Rule;

namespace {

void check(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    if (!rule.alert || annotated(rule, {"summary", "description", "title", "message"})) continue;
    findings.push_back({&rule, rule.alert->where, format("the alert {} does not say what is wrong", rule.name()),
                        "add an annotation `summary`"});
  }
}

}  // namespace

RuleLint summary() {
  return {
      {.name = "summary",
       .summary = "an alert has no summary",
       .doc = "Whoever is paged wants to know what is wrong: an annotation summary, description, title or message.",
       .instead = "annotations: {summary: …}.",
       .why = "Prometheus passes annotations on as they are, and asks for none."},
      check};
}

}  // namespace firedrill::lint::rules
