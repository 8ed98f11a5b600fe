#include <algorithm>
#include <map>
#include <optional>

#include "alerting/analysis/windows.h"
#include "base/duration.h"
#include "base/text/format.h"
#include "lint/rule_lints.h"
#include "promql/functions/functions.h"

namespace firedrill::lint::rules {

using alerting::Rule;

namespace {

// How often series get a sample.
class Intervals {
 public:
  explicit Intervals(const RuleLintInput& input) : scrapes_(input.options.scrape_interval) {
    for (const auto& [name, records] : input.records) {
      std::optional<Duration> shortest = Duration::max();
      for (const LintedRule* record : records) {
        if (!record->interval) shortest.reset();
        if (shortest) shortest = std::min(*shortest, *record->interval);
      }
      recorded_.emplace(name, shortest);
    }
  }

  // Nothing: not known.
  std::optional<Duration> of(const promql::VectorSelector& selector) const {
    if (selector.name.empty() || selector.name.starts_with("ALERTS")) return std::nullopt;
    if (const auto recorded = recorded_.find(selector.name); recorded != recorded_.end()) return recorded->second;
    // Another's record has a colon in its name.
    return selector.name.contains(':') ? std::nullopt : scrapes_;
  }

 private:
  std::optional<Duration> scrapes_;
  std::map<std::string_view, std::optional<Duration>> recorded_;
};

void check(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  const Intervals intervals(input);
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    for (const alerting::Window& window : alerting::windows_of_two(*rule.expression)) {
      const auto interval = intervals.of(*window.selector->vector);
      if (!interval || !alerting::holds_one_sample(*window.selector, *interval, input.options.version)) continue;
      const promql::TextRange where = window.call->where;
      const bool recorded = input.records.contains(window.selector->vector->name);
      findings.push_back(
          {&rule, locate(rule.expr, where.begin, where.end - where.begin),
           format("{}() over {} sees one sample at most, and {}: {} {} every {}", window.call->function->name,
                  format_duration(window.selector->range),
                  window.empty ? "has no value without two" : "is always 0 of one", window.selector->vector->name,
                  recorded ? "is recorded" : "is scraped", format_duration(*interval)),
           format("take a window of four intervals, [{}], so that a lost sample does no harm",
                  format_duration(*interval * 4))});
    }
  }
}

}  // namespace

RuleLint range_too_short() {
  return {
      {.name = "range-too-short",
       .summary = "a window that never holds two samples",
       .doc =
           "rate(), increase(), delta(), deriv() and the like need two samples in their window, and changes() of one "
           "is 0. With a window that is no longer than the interval of its series there is one. The interval is known "
           "in a scenario, from a prometheus.yml, of what rules of the file record, and in a unit test.",
       .instead = "A window of four intervals or more: [2m] at 30s. A lost scrape then does no harm.",
       .why = "A window leaves out its first instant (t − 1m < sample ≤ t) since Prometheus 3; before that it held two "
              "samples of a window as long as the interval only where they lay on both its bounds."},
      check};
}

}  // namespace firedrill::lint::rules
