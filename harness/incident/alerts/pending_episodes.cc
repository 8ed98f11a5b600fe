#include "incident/alerts/pending_episodes.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "alerting/analysis/episodes.h"
#include "base/contains.h"
#include "base/duration.h"
#include "base/text/format.h"
#include "events/monitors.h"
#include "incident/alerts/alert_match.h"
#include "incident/expressions.h"

namespace firedrill::incident {
using namespace record;
namespace {

using alerting::Episode;
using events::Event;

bool is_of(const RuleRecord& rule, const AlertRecord& alert) {
  return alert.alert == rule.name && alert.rule_group == rule.group;
}

// It held until the evaluation before the one that found it no longer.
Episode episode_of(const AlertRecord& alert, const RuleRecord& rule, Time end_of_run) {
  if (const auto forgotten = alert.forgotten_at) {
    return {alert.labels,           *alert.pending_at, *forgotten, *forgotten, alerting::EndKind::restarted,
            "the monitor went down"};
  }
  Episode episode{alert.labels, *alert.pending_at, end_of_run, alert.resolved_at};
  if (alert.resolved_at) episode.last = std::max(episode.began, *alert.resolved_at - rule.interval);
  return episode;
}

// A renamed series and the one that it replaces may be there together at one evaluation.
std::vector<model::Labels> begun_between(const Record& record, const RuleRecord& rule, Time from, Time to) {
  std::vector<model::Labels> found;
  for (const AlertRecord& alert : record.alerts) {
    if (is_of(rule, alert) && alert.pending_at >= from && alert.pending_at <= to) found.push_back(alert.labels);
  }
  return found;
}

// Nothing was evaluated between the two but while the monitor that finds such an alert was up.
bool fell_down(const Record& record, const model::Labels& alert, Time from, Time to) {
  return std::ranges::any_of(record.timeline, [&](const Event& event) {
    const bool stops = events::stops_rules(event) ||
                       (event.kind == events::EventKind::monitor_down && events::is_of_its_server(event, alert));
    return stops && event.t >= from && event.t <= to;
  });
}

}  // namespace

Duration query_offset(const Record& record, const RuleRecord& rule) {
  return rule.query_offset.value_or(record.monitoring.query_offset);
}

model::Labels series_labels(const Record& record, const RuleRecord& rule, const model::Labels& labels) {
  if (record.monitoring.relabels_alerts && !record.monitoring.relabelled_labels) return {};
  model::Labels own;
  for (const model::Label& label : labels) {
    if (label.name == model::kAlertName || rule.labels.has(label.name)) continue;
    if (record.monitoring.relabels_alerts && contains(*record.monitoring.relabelled_labels, label.name)) continue;
    own.set(label.name, label.value);
  }
  return own;
}

std::string pending_too_briefly(const Expectation& expectation, const Record& record, const RuleRecord& rule,
                                const promql::Queryable& series, Span span) {
  std::vector<Episode> episodes;
  for (const AlertRecord& alert : record.alerts) {
    if (!alert.pending_at || !matches(expectation, alert) || *alert.pending_at > span.to) continue;
    if (alert.firing_at || alert.over_at().value_or(span.to) < span.from) continue;
    episodes.push_back(episode_of(alert, rule, record.judged_to));
  }
  std::ranges::stable_sort(episodes, {}, &Episode::began);
  const ExprRef expression = expression_of(record, rule);
  if (expression != nullptr && keeps_series(*expression, series)) {
    alerting::WhyNotWatch watch(expression, series, {.version = version_of(record)});
    for (Episode& episode : episodes) {
      if (!episode.ended || episode.end != alerting::EndKind::unknown) continue;
      if (fell_down(record, episode.labels, episode.began, *episode.ended)) continue;
      alerting::find_end(episode, watch, *episode.ended - query_offset(record, rule),
                         series_labels(record, rule, episode.labels),
                         begun_between(record, rule, episode.last, *episode.ended));
    }
  }
  if (episodes.empty()) return {};
  return "it was pending " +
         alerting::describe(episodes,
                            {[&](Time t) { return when(record, t); }, [](Duration d) { return describe_at_least(d); },
                             format(", and `for` asks for {}", describe_duration(rule.hold))});
}

}  // namespace firedrill::incident
