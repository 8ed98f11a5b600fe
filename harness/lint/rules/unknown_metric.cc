#include <algorithm>

#include "base/text/format.h"
#include "lint/rule_lints.h"
#include "promql/parse/printer.h"

namespace firedrill::lint::rules {

using alerting::Rule;

namespace {

class Inventory {
 public:
  Inventory(const RuleLintInput& input)
      : known_(*input.options.inventory), external_labels_(input.options.external_labels) {
    for (const LintedRule& linted : input.rules) (linted.rule.alert ? alerts_ : recorded_).insert(linted.rule.name());
    for (const model::Labels& series : known_.series) names_.emplace(series.metric_name());
  }

  // Nothing if something may match; else the remedy.
  std::optional<std::string> unmatched(const promql::VectorSelector& selector) const {
    if (is_of_alerts(selector)) return unmatched_alert(selector);
    if (may_be_written(selector)) return std::nullopt;
    const bool known = std::ranges::any_of(known_.series, [&](const model::Labels& series) {
      return std::ranges::all_of(selector.matchers, [&](const model::Matcher& m) { return fits(m, series); });
    });
    if (known) return std::nullopt;
    const auto of_name = [&](const model::Labels& series) { return series.metric_name() == selector.name; };
    if (selector.name.empty()) return "";
    const auto same = std::ranges::find_if(known_.series, of_name);
    if (same == known_.series.end()) {
      if (std::string added = known_.what_adds(selector.name); !added.empty()) return added;
      std::vector<std::string> names(names_.begin(), names_.end());
      names.insert(names.end(), recorded_.begin(), recorded_.end());
      const std::string near = nearest(selector.name, names);
      return near.empty() ? "`metrics:` of the scenario adds series under names of your own"
                          : format("did you mean '{}'?", near);
    }
    if (const auto gap = missing_job(selector)) return gap;
    for (const model::Matcher& matcher : selector.matchers) {
      if (!external_labels_.contains(matcher.name()) || matcher.matches("")) continue;
      return format("{} is an external label: Prometheus adds it to what it sends, and its own series lack it",
                    matcher.name());
    }
    return format("there is, for example, {}", same->to_string());
  }

 private:
  static bool is_of_alerts(const promql::VectorSelector& selector) {
    return selector.name == "ALERTS" || selector.name == "ALERTS_FOR_STATE";
  }

  // Of a target's health: what the selector asks after is not in the topology at all.
  std::optional<std::string> missing_job(const promql::VectorSelector& selector) const {
    if (selector.name != "up") return std::nullopt;
    const auto job = std::ranges::find(selector.matchers, "job", &model::Matcher::name);
    if (job == selector.matchers.end() || job->matches("")) return std::nullopt;
    std::set<std::string> jobs;
    for (const model::Labels& series : known_.series) jobs.emplace(series.get("job"));
    if (std::ranges::any_of(jobs, [&](const std::string& name) { return job->matches(name); })) return std::nullopt;
    std::string all;
    for (const std::string& name : jobs) all += (all.empty() ? "" : ", ") + name;
    return format(
        "a gap of the topology and no fault of the rule: no component of it is scraped as {}; its jobs are {}",
        job->to_string(), all);
  }

  // Of these, the alert's name is known.
  std::optional<std::string> unmatched_alert(const promql::VectorSelector& selector) const {
    for (const model::Matcher& matcher : selector.matchers) {
      if (matcher.name() != model::kAlertName || matcher.matches("")) continue;
      if (std::ranges::any_of(alerts_, [&](const std::string& name) { return matcher.matches(name); })) continue;
      const std::vector<std::string> names(alerts_.begin(), alerts_.end());
      return names.empty() ? "the rule files have no alerts" : suggest(matcher.value(), names);
    }
    return std::nullopt;
  }

  // ALERTS and recorded series: their labels come of expressions.
  bool may_be_written(const promql::VectorSelector& selector) const {
    const auto matches = [&](std::string_view name) {
      return std::ranges::all_of(selector.matchers, [&](const model::Matcher& m) {
        return m.name() != model::kMetricName || m.matches(name);
      });
    };
    return matches("ALERTS") || matches("ALERTS_FOR_STATE") || std::ranges::any_of(recorded_, matches);
  }

  bool fits(const model::Matcher& matcher, const model::Labels& series) const {
    if (known_.open_labels.contains(matcher.name()) && series.has(matcher.name())) return true;
    return matcher.matches(series);
  }

  const MetricInventory& known_;
  const std::set<std::string, std::less<>>& external_labels_;
  std::set<std::string> recorded_;
  std::set<std::string> alerts_;
  std::set<std::string> names_;
};

void check(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  if (input.options.inventory == nullptr) return;
  const Inventory inventory(input);
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    for (const promql::VectorSelector* selector : promql::selectors(*rule.expression)) {
      const auto remedy = inventory.unmatched(*selector);
      if (!remedy) continue;
      findings.push_back({&rule, locate(rule.expr, selector->where.begin, selector->where.end - selector->where.begin),
                          format("no series of the scenario matches {}", promql::print(*selector)), *remedy});
    }
  }
}

}  // namespace

RuleLint unknown_metric() {
  return {
      {.name = "unknown-metric",
       .summary = "a selector that no series of the scenario can match",
       .doc =
           "No service of the scenario's topology, no metric of its own and no rule gives a series that the selector "
           "matches: a typing error, or a metric that the drill lacks. Values that are only known when they occur "
           "(status codes, outcomes) are not held against it. Of ALERTS, the name must be one of the scenario's "
           "alerts. Rule files that are checked alone are not looked at.",
       .instead =
           "A series that there is; `metrics:` of the scenario adds others. External labels are on what Prometheus "
           "sends and not on its own series: leave them out of selectors.",
       .why = "To Prometheus a selector that matches nothing is no mistake: the result is empty."},
      check};
}

}  // namespace firedrill::lint::rules
