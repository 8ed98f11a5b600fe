#include <algorithm>
#include <array>

#include "alerting/lint.h"
#include "base/format.h"

namespace firedrill::alerting {

void lint_summary(const LintInput& input, std::vector<LintFinding>& findings) {
  constexpr std::array<std::string_view, 4> kNames = {"summary", "description", "title", "message"};
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    if (!rule.alert) continue;
    const bool has = std::ranges::any_of(rule.annotations, [&](const NamedText& annotation) {
      return std::ranges::find(kNames, annotation.name) != kNames.end() && !annotation.text.value.empty();
    });
    if (has) continue;
    findings.push_back({&rule, rule.alert->where, format("the alert {} does not say what is wrong", rule.name()),
                        "add an annotation `summary`"});
  }
}

}  // namespace firedrill::alerting
