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

// For how much of [from, to) an Alertmanager took it to fire.
Duration heard(const AlertRecord& alert, Time from, Time to) {
  const auto shared = [&](Time begin, Time end) {
    return std::max(std::min(end, to) - std::max(begin, from), Duration{});
  };
  if (alert.heard.empty()) return alert.received_at ? shared(*alert.received_at, to) : Duration{};
  Duration sum{};
  for (const Heard& each : alert.heard) sum += shared(each.from, each.to.value_or(to));
  return sum;
}

Time began(const AlertRecord& alert) {
  return alert.pending_at.value_or(alert.firing_at.value_or(Time::max()));
}

// The activations of the same alert that lie between, of which nobody was told, in order of time.
std::vector<const AlertRecord*> untold_between(const Record& record, const AlertRecord& alert, Time from, Time to) {
  std::vector<const AlertRecord*> found;
  for (const AlertRecord& other : record.alerts) {
    const bool is_over = other.resolved_at || other.forgotten_at;
    if (&other == &alert || !is_over || other.notified_at || other.labels != alert.labels) continue;
    if (began(other) < to && std::max(other.resolved_at, other.forgotten_at) > from) found.push_back(&other);
  }
  std::ranges::stable_sort(found, {}, [](const AlertRecord* each) { return began(*each); });
  return found;
}

// Puts spans of time to the steps, but for what of them passed while Prometheus was down.
class Account {
 public:
  Account(const Record& record, const AlertRecord& alert, TimeLost& lost)
      : record_(record), alert_(alert), lost_(lost) {}

  static void add(std::optional<Duration>& step, Duration passed) { step = step.value_or(Duration{}) + passed; }
  void add_hold(Time from, Time to) { add(lost_.hold, up(from, to)); }
  // It did not hold yet, or no longer: a scrape and an evaluation take up to `sampling`.
  void add_wait(Time from, Time to, Duration sampling) {
    const Duration passed = up(from, to);
    add(lost_.scrape, std::min(passed, sampling));
    add(lost_.window, passed - std::min(passed, sampling));
  }
  // It fired, and nobody was told: what had not arrived, or had expired there, was on its way.
  void add_untold(const AlertRecord& untold, Time from, Time to) {
    const Duration passed = up(from, to);
    const Duration there = std::min(heard(untold, from, to), passed);
    if (there > 0ms) add(lost_.routing, there);
    if (passed > there) add(lost_.delivery, passed - there);
  }
  // Of it itself what it had expired for, where nothing held it back later.
  Duration expired(Time from, Time to) {
    Duration sum{};
    for (std::size_t i = 0; i + 1 < alert_.heard.size(); ++i) {
      const Heard& each = alert_.heard[i];
      if (!each.to || !each.expired) continue;
      sum += std::max(std::min(alert_.heard[i + 1].from, to) - std::max(*each.to, from), Duration{});
    }
    return sum;
  }

 private:
  Duration up(Time from, Time to) {
    if (to <= from) return {};
    const Duration down = downtime(record_, alert_, from, to);
    if (down > 0ms) add(lost_.down, down);
    return to - from - down;
  }

  const Record& record_;
  const AlertRecord& alert_;
  TimeLost& lost_;
};

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
  Account account(record, alert, lost);
  Time at = lost.from;
  for (const AlertRecord* before : untold_between(record, alert, lost.from, pending)) {
    const Time began_at = std::max(began(*before), at);
    const Time over = std::min(*std::max(before->resolved_at, before->forgotten_at), pending);
    const Time fired = std::clamp(before->firing_at.value_or(over), began_at, std::max(over, began_at));
    account.add_wait(at, began_at, sampling);
    account.add_hold(began_at, fired);
    account.add_untold(*before, fired, over);
    at = std::max(over, began_at);
  }
  account.add_wait(at, pending, sampling);
  account.add_hold(pending, *alert.firing_at);
  lost.told = first_told(record, alert);
  const auto flushed = routed_at(record, alert, lost.told);
  if (!flushed) return lost;
  const Duration expired = account.expired(last_held(alert, *flushed), *flushed);
  account.add(lost.routing, std::max(*flushed - *alert.firing_at, Duration{}) - expired);
  if (lost.told != nullptr) account.add(lost.delivery, lost.told->t - *flushed);
  if (expired > 0ms) account.add(lost.delivery, expired);
  return lost;
}

}  // namespace firedrill::incident
