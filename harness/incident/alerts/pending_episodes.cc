#include "incident/alerts/pending_episodes.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "alerting/analysis/episodes.h"
#include "base/contains.h"
#include "base/duration.h"
#include "base/text/format.h"
#include "incident/alerts/alert_match.h"
#include "incident/expressions.h"

namespace firedrill::incident {
using namespace record;
namespace {

using alerting::Episode;
using events::Event;
using events::EventKind;

bool is_of(const RuleRecord& rule, const AlertRecord& alert) {
  return alert.alert == rule.name && alert.rule_group == rule.group;
}

// It held until the evaluation before the one that found it no longer.
Episode episode_of(const AlertRecord& alert, const RuleRecord& rule, Time end_of_run) {
  Episode episode{alert.labels, *alert.pending_at, end_of_run, alert.resolved_at};
  if (alert.resolved_at) episode.last = std::max(episode.began, *alert.resolved_at - rule.interval);
  return episode;
}

bool is_about(const Event& event, EventKind kind, const AlertRecord& alert) {
  if (event.kind != kind || event.subject != alert.alert) return false;
  const auto* labels = event.find("labels");
  return labels != nullptr && std::get<model::Labels>(*labels) == alert.labels;
}

// A monitor that is started again begins an alert's activation anew: what was before stands in the timeline alone.
std::vector<Episode> before_restarts(const Record& record, const AlertRecord& alert) {
  std::vector<Episode> found;
  std::optional<Time> pending;
  for (const Event& event : record.timeline) {
    if (is_about(event, EventKind::alert_pending, alert)) pending = event.t;
    if (is_about(event, EventKind::alert_firing, alert)) pending.reset();
    if (event.kind != EventKind::monitor_down || !pending) continue;
    // Still pending then: it was neither over nor is this the activation that the ledger has in full.
    const bool over = std::ranges::any_of(record.alerts, [&](const AlertRecord& other) {
      return other.alert == alert.alert && other.labels == alert.labels && other.pending_at == pending &&
             other.resolved_at && *other.resolved_at <= event.t;
    });
    if (!over && alert.pending_at && *alert.pending_at > event.t) {
      found.push_back(
          {alert.labels, *pending, event.t, event.t, alerting::EndKind::restarted, "the monitor went down"});
    }
    pending.reset();
  }
  return found;
}

std::vector<model::Labels> begun_at(const Record& record, const RuleRecord& rule, Time t) {
  std::vector<model::Labels> found;
  for (const AlertRecord& alert : record.alerts) {
    if (is_of(rule, alert) && alert.pending_at == t) found.push_back(alert.labels);
  }
  return found;
}

// Nothing was evaluated between the two but while the monitor was up.
bool fell_down(const Record& record, Time from, Time to) {
  return std::ranges::any_of(record.timeline, [&](const Event& event) {
    return event.kind == EventKind::monitor_down && event.t >= from && event.t <= to;
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
    for (Episode& before : before_restarts(record, alert)) {
      if (before.last >= span.from) episodes.push_back(std::move(before));
    }
    if (alert.firing_at || alert.resolved_at.value_or(span.to) < span.from) continue;
    episodes.push_back(episode_of(alert, rule, record.judged_to));
  }
  std::ranges::stable_sort(episodes, {}, &Episode::began);
  const ExprRef expression = expression_of(record, rule);
  if (expression != nullptr && keeps_series(*expression, series)) {
    alerting::WhyNotWatch watch(expression, series, {.version = version_of(record)});
    for (Episode& episode : episodes) {
      if (!episode.ended || episode.end != alerting::EndKind::unknown) continue;
      if (fell_down(record, episode.began, *episode.ended)) continue;
      alerting::find_end(episode, watch, *episode.ended - query_offset(record, rule),
                         series_labels(record, rule, episode.labels), begun_at(record, rule, *episode.ended));
    }
  }
  if (episodes.empty()) return {};
  return "it was pending " +
         alerting::describe(episodes,
                            {[&](Time t) { return when(record, t); }, [](Duration d) { return describe_at_least(d); },
                             format(", and `for` asks for {}", describe_duration(rule.hold))});
}

}  // namespace firedrill::incident
