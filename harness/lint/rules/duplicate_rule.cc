#include <map>

#include "base/text/format.h"
#include "lint/rule_lints.h"

namespace firedrill::lint {

using alerting::NamedText;
using alerting::Rule;

void lint_duplicate_rule(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
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

}  // namespace firedrill::lint
