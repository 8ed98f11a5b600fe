#include "alerting/analysis/stretch.h"
#include "base/duration.h"
#include "base/text/format.h"
#include "lint/rule_lints.h"
#include "promql/parse/printer.h"

namespace firedrill::lint::rules {

using alerting::Rule;

namespace {

void check(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    if (!rule.alert || rule.hold <= Duration(0)) continue;
    const auto stretch = alerting::longest_stretch(*rule.expression, linted.interval);
    if (!stretch || rule.hold < stretch->longest) continue;
    const promql::TextRange where = stretch->part->where;
    findings.push_back(
        {&rule, locate(rule.expr, where.begin, where.end - where.begin),
         format("the alert {} can never fire: it waits `for` {}, and {} has a result for less than {} on end",
                rule.name(), format_duration(rule.hold), promql::print(*stretch->part),
                format_duration(stretch->longest)),
         format("wait for less than {}, or let the condition hold longer", format_duration(stretch->longest))});
  }
}

}  // namespace

RuleLint over_before_for() {
  return {
      {.name = "over-before-for",
       .summary = "a condition that is over before the rule's `for`",
       .doc =
           "hour() == 3 holds for an hour, and `x unless x offset 5m` for five minutes from the first sample on: with "
           "a `for` of as long or longer the alert stays pending and is gone before it fires, if evaluations come "
           "often enough "
           "to see it gone.",
       .instead = "A shorter `for`, or a condition that holds longer: hour() >= 3 < 6, x unless x offset 30m.",
       .why =
           "An alert fires at the first evaluation at which it has been pending for `for`, and one evaluation without "
           "a result begins anew."},
      check};
}

}  // namespace firedrill::lint::rules
