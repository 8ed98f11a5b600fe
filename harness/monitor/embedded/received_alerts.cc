#include "monitor/embedded/received_alerts.h"

#include <algorithm>

namespace firedrill::monitor {
namespace {

using events::AlertState;

AlertTransition ended(const AlertTransition& last, bool firing, Time t) {
  AlertTransition transition = last;
  transition.t = t;
  transition.from = firing ? AlertState::firing : AlertState::pending;
  transition.to = AlertState::inactive;
  return transition;
}

// Of an alert that was taken to be over.
AlertTransition anew(const AlertSend& sent) {
  return {.t = sent.t,
          .rule = sent.rule,
          .from = AlertState::inactive,
          .to = AlertState::firing,
          .labels = sent.labels,
          .annotations = sent.annotations,
          .value = sent.value,
          .active_at = sent.active_at};
}

}  // namespace

void ReceivedAlerts::add(AlertTransition transition) {
  const Key key{transition.rule, transition.labels};
  const auto it = known_.find(key);
  if (transition.to == AlertState::inactive) {
    if (it == known_.end()) return;  // it has expired already
    Known& known = it->second;
    if (known.firing && known.received) {
      // The send of its end decides, or its expiry. A monitor that came back and found it pending sends none.
      known.last.value = transition.value;
      return;
    }
    out_->on_transition(std::move(transition));
    known_.erase(it);
    return;
  }
  if (it != known_.end() && it->second.firing) return;  // to whoever listens it has been firing all along
  Known& known = it != known_.end() ? it->second : known_[key];
  known.firing = transition.to == AlertState::firing;
  known.last = transition;
  out_->on_transition(std::move(transition));
}

void ReceivedAlerts::post(std::span<const AlertSend> alerts, Time) {
  for (const AlertSend& sent : alerts) receive(sent);
}

void ReceivedAlerts::receive(const AlertSend& sent) {
  const Key key{sent.rule, sent.labels};
  auto it = known_.find(key);
  if (sent.state == AlertState::inactive) {
    if (it == known_.end() || !it->second.received) return;
    out_->on_transition(ended(it->second.last, true, sent.t));
    known_.erase(it);
    return;
  }
  if (it == known_.end()) {  // it had expired
    const AlertTransition again = anew(sent);
    it = known_.try_emplace(key, Known{.last = again, .firing = true}).first;
    out_->on_transition(again);
  }
  it->second.received = true;
  it->second.ends_at = sent.ends_at;
}

void ReceivedAlerts::forget(Time t) {
  for (auto it = known_.begin(); it != known_.end();) {
    if (it->second.received) {
      ++it;
      continue;
    }
    out_->on_transition(ended(it->second.last, it->second.firing, t));
    it = known_.erase(it);
  }
}

std::optional<Time> ReceivedAlerts::next_expiry() const {
  std::optional<Time> next;
  for (const auto& [key, known] : known_) {
    if (known.received && (!next || known.ends_at < *next)) next = known.ends_at;
  }
  return next;
}

void ReceivedAlerts::expire(Time t) {
  std::vector<AlertTransition> expired;
  for (auto it = known_.begin(); it != known_.end();) {
    if (!it->second.received || it->second.ends_at > t) {
      ++it;
      continue;
    }
    expired.push_back(ended(it->second.last, true, it->second.ends_at));
    it = known_.erase(it);
  }
  std::ranges::stable_sort(expired, {}, &AlertTransition::t);
  for (const AlertTransition& transition : expired) out_->on_transition(transition);
}

}  // namespace firedrill::monitor
