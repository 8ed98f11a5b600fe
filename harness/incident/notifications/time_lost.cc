#include "incident/notifications/time_lost.h"

#include <algorithm>
#include <array>

#include "base/text/format.h"
#include "events/monitors.h"
#include "incident/alerts/alert_match.h"
#include "incident/notifications/failed_deliveries.h"

namespace firedrill::incident {
using namespace record;
namespace {

// Of the first notification with it that called a person; of none the first that was accepted.
const events::Notification* first_told(const Record& record, const AlertRecord& alert) {
  const auto at = alert.paged_at ? alert.paged_at : alert.notified_at;
  if (!at || !record.alertmanager) return nullptr;
  for (const events::Notification& each : record.alertmanager->notifications) {
    if (!each.accepted || each.t != *at || (alert.paged_at && !each.pages)) continue;
    if (tells_of(each, alert.labels)) return &each;
  }
  return nullptr;
}

// When it was over last that something held it back, before a flush told of it.
Time last_held(const AlertRecord& alert, Time flushed) {
  Time last = *alert.firing_at;
  for (const HeldBack& held : alert.held_back) {
    if (held.until && *held.until <= flushed) last = std::max(last, *held.until);
  }
  return last;
}

// The flush from which its receiver kept it waiting: the one that told, or the first whose notification that receiver
// did not take before. Of an alert of which nobody was told, of any receiver; nothing if there was no flush.
std::optional<Time> routed_at(const Record& record, const AlertRecord& alert, const events::Notification* told) {
  std::optional<Time> first;
  if (told != nullptr) first = told->flushed_at;
  for (const events::Notification* failed : FailedDeliveries(record).of(alert)) {
    const bool same = told == nullptr || (failed->receiver == told->receiver && failed->index == told->index &&
                                          failed->flushed_at >= last_held(alert, told->flushed_at));
    if (same && (!first || failed->flushed_at < *first)) first = failed->flushed_at;
  }
  return first;
}

// For how much of [from, to) no server evaluated the rule of which this alert comes.
Duration downtime(const Record& record, const AlertRecord& alert, Time from, Time to) {
  Duration sum{};
  Time since{};
  bool all = false, own = false;  // all servers are down; the one that alone finds this alert is
  const auto add_until = [&](Time end) { sum += std::max(std::min(end, to) - std::max(since, from), Duration{}); };
  for (const events::Event& event : record.timeline) {
    const bool stops = event.kind == events::EventKind::monitor_down;
    if (!stops && event.kind != events::EventKind::monitor_up) continue;
    const bool was_down = all || own;
    if (event.subject == events::kPrometheus) all = stops;
    if (events::is_of_its_server(event, alert.labels)) own = stops;
    if (was_down && !all && !own) add_until(event.t);
    if (!was_down && (all || own)) since = event.t;
  }
  if (all || own) add_until(record.judged_to);
  return sum;
}

const RuleRecord* rule_of(const Record& record, const AlertRecord& alert) {
  const auto found =
      std::ranges::find_if(record.rules, [&](const RuleRecord& rule) { return raised_by(record, rule, alert); });
  return found == record.rules.end() ? nullptr : &*found;
}

}  // namespace

std::optional<Duration> TimeLost::total() const {
  Duration sum{};
  for (const auto& step : {scrape, window, hold, down, routing, delivery}) sum += step.value_or(Duration{});
  return sum > 0ms ? std::optional(sum) : std::nullopt;
}

std::string TimeLost::longest() const {
  const std::array<std::pair<std::optional<Duration>, const char*>, 6> steps{{{scrape, "scraping and evaluating"},
                                                                              {window, "the rule's window"},
                                                                              {hold, "`for`"},
                                                                              {down, "Prometheus being down"},
                                                                              {routing, "routing"},
                                                                              {delivery, "delivery"}}};
  const auto most =
      std::ranges::max_element(steps, {}, [](const auto& step) { return step.first.value_or(Duration{}); });
  const Duration taken = most->first.value_or(Duration{});
  if (taken <= 0ms) return "";
  return format("{} {}", 2 * taken > *total() ? "most of it" : "the largest part", most->second);
}

std::optional<TimeLost> time_lost(const Record& record, const AlertRecord& alert) {
  if (!alert.firing_at || alert.incident.empty() || !alert.injected_at) return std::nullopt;
  const Time pending = alert.pending_at.value_or(*alert.firing_at);
  const bool early = !alert.breached_at || *alert.breached_at > pending;
  TimeLost lost;
  lost.from = early ? *alert.injected_at : *alert.breached_at;
  lost.since = early ? "the injection" : "the breach";
  const RuleRecord* rule = rule_of(record, alert);
  const Duration sampling =
      record.monitoring.scrape_interval + (rule != nullptr ? rule->interval : record.monitoring.evaluation_interval);
  const Duration down_before = downtime(record, alert, lost.from, pending);
  const Duration down_since = downtime(record, alert, pending, *alert.firing_at);
  const Duration before = std::max(pending - lost.from, Duration{}) - down_before;
  lost.scrape = std::min(before, sampling);
  lost.window = before - *lost.scrape;
  lost.hold = *alert.firing_at - pending - down_since;
  if (down_before + down_since > 0ms) lost.down = down_before + down_since;
  lost.told = first_told(record, alert);
  const auto flushed = routed_at(record, alert, lost.told);
  if (!flushed) return lost;
  lost.routing = std::max(*flushed - *alert.firing_at, Duration{});
  if (lost.told != nullptr) lost.delivery = lost.told->t - *flushed;
  return lost;
}

}  // namespace firedrill::incident
