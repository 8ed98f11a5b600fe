#include "driver/received_alerts.h"

#include <algorithm>

namespace firedrill::driver {
namespace {

using alerting::AlertState;

AlertStep ended(const AlertStep& last, bool firing, Time t) {
  AlertStep step = last;
  step.t = t;
  step.from = firing ? AlertState::firing : AlertState::pending;
  step.to = AlertState::inactive;
  return step;
}

}  // namespace

void ReceivedAlerts::add(AlertStep step, std::vector<AlertStep>& out) {
  const Key key{step.rule, step.labels};
  const auto it = known_.find(key);
  if (step.to == AlertState::inactive) {
    if (it == known_.end()) return;  // it has expired already
    Known& known = it->second;
    if (known.firing && known.arrived) {
      // The send of its end decides, or its expiry. A monitor that came back and found it pending sends none.
      known.last.value = step.value;
      return;
    }
    out.push_back(std::move(step));
    known_.erase(it);
    return;
  }
  if (it != known_.end() && it->second.firing) return;  // to whoever listens it has been firing all along
  Known& known = it != known_.end() ? it->second : known_[key];
  known.firing = step.to == AlertState::firing;
  known.last = step;
  out.push_back(std::move(step));
}

void ReceivedAlerts::receive(AlertStep sent, Time ends_at, std::vector<AlertStep>& out) {
  const Key key{sent.rule, sent.labels};
  auto it = known_.find(key);
  if (sent.to == AlertState::inactive) {
    if (it == known_.end() || !it->second.arrived) return;
    out.push_back(ended(it->second.last, true, sent.t));
    known_.erase(it);
    return;
  }
  if (it == known_.end()) {  // it had expired
    it = known_.try_emplace(key, Known{.last = sent, .firing = true}).first;
    out.push_back(std::move(sent));
  }
  it->second.arrived = true;
  it->second.ends_at = ends_at;
}

void ReceivedAlerts::forget(Time t, std::vector<AlertStep>& out) {
  for (auto it = known_.begin(); it != known_.end();) {
    if (it->second.arrived) {
      ++it;
      continue;
    }
    out.push_back(ended(it->second.last, it->second.firing, t));
    it = known_.erase(it);
  }
}

std::optional<Time> ReceivedAlerts::next_expiry() const {
  std::optional<Time> next;
  for (const auto& [key, known] : known_) {
    if (known.arrived && (!next || known.ends_at < *next)) next = known.ends_at;
  }
  return next;
}

void ReceivedAlerts::expire(Time t, std::vector<AlertStep>& out) {
  const std::size_t first = out.size();
  for (auto it = known_.begin(); it != known_.end();) {
    if (!it->second.arrived || it->second.ends_at > t) {
      ++it;
      continue;
    }
    out.push_back(ended(it->second.last, true, it->second.ends_at));
    it = known_.erase(it);
  }
  std::stable_sort(out.begin() + static_cast<std::ptrdiff_t>(first), out.end(),
                   [](const AlertStep& a, const AlertStep& b) { return a.t < b.t; });
}

}  // namespace firedrill::driver
