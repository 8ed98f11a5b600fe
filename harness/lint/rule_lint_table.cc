#include <algorithm>
#include <array>

#include "lint/rule_lints.h"

namespace firedrill::lint {
namespace {

constexpr std::array kLints{
    RuleLint{
        "duplicate-rule", "two rules of a file write the same series",
        "Two rules with the same name and labels overwrite each other's samples, or are two alerts that nobody can "
        "tell apart; promtool's lint of that name.",
        lint_duplicate_rule},
    RuleLint{
        "label-dropped", "a template uses a label that the expression drops",
        "A template reads a label that cannot be on the expression's result: an aggregation, a vector matching or a "
        "function has dropped it. The text will have a hole there. Where a condition provides for that, "
        "{{ if $labels.pod }}, nothing is said.",
        lint_label_dropped},
    RuleLint{"never-fires", "an alert's expression cannot have a result",
             "The expression is empty whatever the data: matchers of one selector contradict each other, comparisons "
             "exclude each other (x > 5 and x < 3), or a value is compared with what it never takes (count(x) == 0: "
             "the count of nothing is no sample, and not 0).",
             lint_never_fires},
    RuleLint{"runbook", "an alert has no runbook",
             "Whoever is woken up wants to know what to do: an annotation runbook or runbook_url.", lint_runbook},
    RuleLint{
        "short-for", "`for` is shorter than the evaluation interval",
        "A `for` between 0 and the interval always comes to one interval: the alert fires at the second evaluation "
        "that holds. Where a group has no interval, that of the scenario counts.",
        lint_short_for},
    RuleLint{"summary", "an alert has no summary",
             "Whoever is woken up wants to know what is wrong: an annotation summary, description, title or message.",
             lint_summary},
    RuleLint{"unknown-metric", "a selector that no series of the scenario can match",
             "No service of the scenario's topology, no metric of its own and no rule gives a series that the selector "
             "matches: a typing error, or a metric that the drill lacks. Values that are only known when they occur "
             "(status codes, outcomes) are not held against it. Rule files that are checked alone are not looked at.",
             lint_unknown_metric},
    RuleLint{
        "vector-matching", "the two sides of an operator have no labels in common",
        "A label by which the two sides are matched differs whatever the data: matchers demand other values of it, "
        "or one side demands it and the other has lost it in an aggregation. The result is empty; with `unless` it is "
        "the left side unchanged. Other groupings alone are not said to be apart, since a label that is not there "
        "equals an empty one.",
        lint_vector_matching},
};

}  // namespace

std::span<const RuleLint> rule_lints() {
  return kLints;
}

const RuleLint* find_rule_lint(std::string_view name) {
  const auto it = std::ranges::find(kLints, name, &RuleLint::name);
  return it == kLints.end() ? nullptr : &*it;
}

}  // namespace firedrill::lint
