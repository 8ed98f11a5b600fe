#include "monitor/embedded/replica_union.h"

#include <algorithm>
#include <string>

#include "events/event.h"
#include "events/monitors.h"

namespace firedrill::monitor {

using events::EventKind;

ReplicaUnion::ReplicaUnion(const ScrapeTargets& targets, events::Sink& sink, model::Labels of_first)
    : targets_(targets), sink_(sink), ears_{Ear(*this, 0), Ear(*this, 1)}, of_first_(std::move(of_first)) {}

ReplicaUnion::ReplicaUnion(const ReplicaUnion& other, const ScrapeTargets& targets, events::Sink& sink)
    : targets_(targets),
      sink_(sink),
      ears_{Ear(*this, 0), Ear(*this, 1)},
      known_(other.known_),
      down_(other.down_),
      of_first_(other.of_first_),
      rules_down_(other.rules_down_),
      first_down_(other.first_down_),
      passes_(other.passes_) {}

void ReplicaUnion::Ear::on_event(events::Event event) {
  const bool is_state = event.kind == EventKind::monitor_down || event.kind == EventKind::monitor_up;
  if (is_state) {
    all_.take_state(server_, std::move(event));
  } else if (all_.passes_) {
    all_.sink_.on_event(std::move(event));
  }
}

void ReplicaUnion::take(std::size_t server, const events::AlertTransition& step) {
  // What goes nowhere keeps the label by which they differ: it is told of the first alone.
  passes_ = server == 0 || step.dropped_by.empty();
  if (!passes_) return;
  const auto place = known_.try_emplace(Key{step.rule, step.labels}).first;
  Known& known = place->second;
  known.states[server] = step.to;
  const State now = known.state();
  passes_ = now != known.told;
  if (!passes_) return;
  events::AlertTransition told = step;
  told.from = known.told;
  // It was pending at the one while it fired at the other, which was told of alone.
  if (now == State::firing && known.told == State::inactive && step.from == State::pending) {
    events::AlertTransition began = step;
    began.from = State::inactive;
    began.to = State::pending;
    began.t = std::min(step.t, step.active_at);
    sink_.on_transition(began);
    told.from = State::pending;
  }
  // One that fired is over when neither has it firing, be it pending at the other.
  known.told = now < known.told ? State::inactive : now;
  sink_.on_transition(told);
  if (now == State::inactive) known_.erase(place);
}

bool ReplicaUnion::is_of_one(const model::Labels& alert) const {
  return std::ranges::any_of(of_first_, [&](const model::Label& label) { return !alert.get(label.name).empty(); });
}

// An alert is lost where neither's send arrives. Both send at about the same time; what the one that leads sends in
// vain is told when the other has sent in vain, too, or has not sent until the next time. What one of them alone can
// send waits for nobody.
void ReplicaUnion::take(std::size_t server, const events::AlertSend& send) {
  passes_ = false;
  const auto found = known_.find({send.rule, send.labels});
  if (found == known_.end()) return;  // it forgot the alert as it stopped
  Known& known = found->second;
  const bool leads = server == 0 || known.states[0] != State::firing;
  const bool is_other_down = down_[1 - server];
  const bool was_withheld = known.withheld;
  known.withheld = leads && !send.received && !is_other_down && !is_of_one(send.labels);
  if (!was_withheld && (!leads || known.withheld)) return;
  sink_.on_send(send);
  passes_ = !send.received && !known.lost;
  known.lost = known.lost || passes_;
}

void ReplicaUnion::take_state(std::size_t server, events::Event event) {
  const bool stops = event.kind == EventKind::monitor_down;
  const Time t = event.t;
  down_[server] = stops;
  const bool both = stops ? targets_.monitor_conditions().down || (down_[0] && down_[1]) : rules_down_;
  // Told once, by whichever acts first.
  if (both && rules_down_ != stops) {
    rules_down_ = stops;
    sink_.on_event(std::move(event));
  }
  tell_first(t);
  if (stops) forget(server, t);
}

// One that was down with the other, and stays so as that is back, is down alone from then on.
void ReplicaUnion::tell_first(Time t) {
  const bool alone = down_[0] && !rules_down_ && targets_.monitor_conditions().first_down;
  if (first_down_ ? down_[0] : !alone) return;
  first_down_ = alone;
  events::Event event{.t = t,
                      .kind = alone ? EventKind::monitor_down : EventKind::monitor_up,
                      .subject = std::string(events::kFirstPrometheus),
                      .fields = {}};
  if (!of_first_.empty()) event.with("labels", of_first_);
  sink_.on_event(std::move(event));
}

void ReplicaUnion::forget(std::size_t server, Time t) {
  for (auto place = known_.begin(); place != known_.end();) {
    Known& known = place->second;
    known.states[server] = State::inactive;
    // What the other has, if only pending, is the same activation still.
    if (known.state() != State::inactive) {
      ++place;
      continue;
    }
    if (known.told != State::inactive) {
      sink_.on_forgotten({.t = t, .rule = place->first.first, .labels = place->first.second});
    }
    place = known_.erase(place);
  }
}

}  // namespace firedrill::monitor
