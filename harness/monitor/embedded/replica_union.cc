#include "monitor/embedded/replica_union.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "events/event.h"
#include "events/monitors.h"

namespace firedrill::monitor {

using events::EventKind;

ReplicaUnion::ReplicaUnion(const ScrapeTargets& targets, events::Sink& sink)
    : targets_(targets), sink_(sink), ears_{Ear(*this, 0), Ear(*this, 1)} {}

ReplicaUnion::ReplicaUnion(const ReplicaUnion& other, const ScrapeTargets& targets, events::Sink& sink)
    : targets_(targets),
      sink_(sink),
      ears_{Ear(*this, 0), Ear(*this, 1)},
      known_(other.known_),
      down_(other.down_),
      rules_down_(other.rules_down_),
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

void ReplicaUnion::take(std::size_t server, const events::AlertSend& send) {
  const auto known = known_.find({send.rule, send.labels});
  const bool first_has_it = known != known_.end() && known->second.states[0] == State::firing;
  passes_ = server == 0 || !first_has_it;
  if (passes_) sink_.on_send(send);
}

void ReplicaUnion::take_state(std::size_t server, events::Event event) {
  const bool stops = event.kind == EventKind::monitor_down;
  const Time t = event.t;
  down_[server] = stops;
  const bool both = stops ? targets_.monitor_conditions().down || (down_[0] && down_[1]) : rules_down_;
  if (both) {
    // Told once, by whichever acts first.
    if (rules_down_ != stops) sink_.on_event(std::move(event));
    rules_down_ = stops;
  } else if (server == 0) {
    event.subject = events::kFirstPrometheus;
    sink_.on_event(std::move(event));
  }
  if (stops) forget(server, t);
}

void ReplicaUnion::forget(std::size_t server, Time t) {
  for (auto place = known_.begin(); place != known_.end();) {
    Known& known = place->second;
    known.states[server] = State::inactive;
    if (known.state() < known.told) {
      sink_.on_forgotten({.t = t, .rule = place->first.first, .labels = place->first.second});
      known.told = State::inactive;
    }
    place = known.state() == State::inactive ? known_.erase(place) : std::next(place);
  }
}

}  // namespace firedrill::monitor
