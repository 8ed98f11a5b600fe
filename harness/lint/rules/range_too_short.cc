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
  explicit Intervals(const RuleLintInput& input) : options_(input.options) {
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
    return selector.name.contains(':') ? std::nullopt : scraped(selector);
  }

 private:
  // Of the job that the selector names; of any if it names none whose interval is known.
  std::optional<Duration> scraped(const promql::VectorSelector& selector) const {
    for (const model::Matcher& matcher : selector.matchers) {
      if (matcher.name() != "job" || matcher.op() != model::MatchOp::equal) continue;
      const auto job = options_.job_intervals.find(matcher.value());
      if (job != options_.job_intervals.end()) return job->second;
    }
    return options_.scrape_interval;
  }

  const RuleLintOptions& options_;
  std::map<std::string_view, std::optional<Duration>> recorded_;
};

// rate(x[5m:5m]): evaluations of its own instead of samples.
void look_at_subqueries(const LintedRule& linted, const RuleLintOptions& options, std::vector<RuleFinding>& findings) {
  const Rule& rule = linted.rule;
  for (const alerting::SubqueryWindow& window : alerting::subqueries_of_two(*rule.expression)) {
    const auto step = window.subquery->step ? window.subquery->step : options.evaluation_interval;
    if (!step || *step <= Duration(0) || window.subquery->step_expr || window.subquery->range_expr) continue;
    if (!alerting::holds_one(window.subquery->range, *step, options.version)) continue;
    const promql::TextRange where = window.call->where;
    const Duration quarter = std::chrono::floor<std::chrono::seconds>(window.subquery->range / 4);
    findings.push_back(
        {&rule, locate(rule.expr, where.begin, where.end - where.begin),
         format("{}() over the subquery sees one value at most, and {}: of {} there is one every {}",
                window.call->function->name, window.empty ? "has no value without two" : "is always 0 of one",
                format_duration(window.subquery->range), format_duration(*step)),
         format("take a shorter step, [{}:{}]", format_duration(window.subquery->range),
                format_duration(std::max<Duration>(quarter, std::chrono::seconds(1))))});
  }
}

void check(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  const Intervals intervals(input);
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    look_at_subqueries(linted, input.options, findings);
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
           "is 0. With a window that is no longer than the interval of its series there is one, and one value of a "
           "subquery whose step is its range, [5m:5m]. The interval is known in a scenario, from a prometheus.yml "
           "(there of the job that a selector names), of what rules of the file record, and in a unit test.",
       .instead = "A window of four intervals or more: [2m] at 30s. A lost scrape then does no harm.",
       .why = "A window leaves out its first instant (t − 1m < sample ≤ t) since Prometheus 3; before that it held two "
              "samples of a window as long as the interval only where they lay on both its bounds."},
      check};
}

}  // namespace firedrill::lint::rules
