#include "driver/log_keeper.h"

#include <algorithm>
#include <utility>

#include "base/text/format.h"
#include "events/action.h"
#include "events/event.h"
#include "events/monitors.h"
#include "fake_services/logs/changes.h"
#include "fake_services/logs/cluster_events.h"

namespace firedrill::driver {
namespace {

using events::Event;
using events::EventKind;

// An API server forgets an event that did not happen again for so long; the next one is another.
constexpr Duration kForgets = std::chrono::hours(1);
constexpr std::size_t kMostChanges = 10'000;
constexpr Duration kBefore = std::chrono::hours(1);

}  // namespace

Duration log_every(Duration run) {
  constexpr int kMostOfOneCause = 200;
  constexpr Duration kLeast = std::chrono::minutes(2);
  return std::max(kLeast, run / kMostOfOneCause);
}

Time logs_from(Time started, Time judged_from) {
  return std::max(started, judged_from - kBefore);
}

bool LogKeeper::has_room(std::size_t bytes, Time t) {
  if (logs_.left_out == 0 && bytes_ + bytes <= record::kMostLogBytes) {
    bytes_ += bytes;
    return true;
  }
  ++logs_.left_out;
  logs_.left_out_from = std::min(logs_.left_out_from.value_or(t), t);
  return false;
}

void LogKeeper::on_log(const events::LogLine& line) {
  if (line.t >= from_ && has_room(record::bytes_in_file(line), line.t)) logs_.lines.push_back(line);
}

void LogKeeper::on_cluster_event(const events::ClusterEvent& event) {
  if (event.first < from_) return;
  const auto [at, added] = known_.try_emplace({event.object, event.reason, event.message}, logs_.events.size());
  if (!added && event.first - logs_.events[at->second].last <= kForgets) {
    events::ClusterEvent& known = logs_.events[at->second];
    known.last = std::max(known.last, event.last);
    known.count += event.count;
    return;
  }
  if (!has_room(record::bytes_in_file(event), event.first)) {
    if (added) known_.erase(at);
    return;
  }
  at->second = logs_.events.size();
  logs_.events.push_back(event);
}

void LogKeeper::on_event(Event event) {
  for (const events::ClusterEvent& told : fake_services::cluster_events(event)) {
    on_cluster_event(told);
  }
  note_change(event);
  note_monitor(event);
}

// What the scenario does is no change that anybody would see; of its faults some are.
void LogKeeper::note_change(const Event& event) {
  std::optional<events::Change> change;
  const bool begins = event.kind == EventKind::fault_injected;
  if (begins || event.kind == EventKind::fault_ended) {
    const auto fault = std::ranges::find(scenario_->faults, event.subject, &fake_services::FaultSpec::id);
    if (fault == scenario_->faults.end()) return;
    const auto acted = acted_.find(fault->target.service);
    if (begins && acted != acted_.end()) acted_.erase(acted);
    const bool by_somebody = !begins && acted != acted_.end();
    change = fake_services::change_of(*fault, event, by_somebody ? acted->second.by : std::string());
    // Whoever rolled it back, or corrected it, made one change, which is on the list.
    if (change && by_somebody && change->kind == acted->second.kind) return;
  } else if (event.kind == EventKind::action_taken && event.text("by") != events::kByScenario) {
    change = fake_services::change_of(event);
    if (change) acted_[change->target] = *change;
  }
  if (change && logs_.changes.size() < kMostChanges) logs_.changes.push_back(std::move(*change));
}

// A process that is there again writes so.
void LogKeeper::note_monitor(const Event& event) {
  if (event.kind != EventKind::monitor_up) return;
  const std::string service(event.subject == events::kAlertmanager ? events::kAlertmanager : events::kPrometheus);
  on_log({.t = event.t,
          .level = events::LogLevel::info,
          .service = service,
          .pod = service + "-0",
          .cause = "started",
          .message = "process started, ready to receive requests"});
}

record::Logs LogKeeper::finish() {
  std::ranges::stable_sort(logs_.lines, {}, &events::LogLine::t);
  std::ranges::stable_sort(logs_.events, {}, &events::ClusterEvent::first);
  std::ranges::stable_sort(logs_.changes, {}, &events::Change::t);
  return std::move(logs_);
}

}  // namespace firedrill::driver
