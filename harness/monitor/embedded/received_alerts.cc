#include "monitor/embedded/received_alerts.h"

#include <algorithm>
#include <vector>

#include "events/event.h"

namespace firedrill::monitor {

using events::AlertSend;
using events::EventKind;

Receipt ReceivedAlerts::post(std::span<const AlertSend> alerts, Time now) {
  obey(now);
  if (down_) return Receipt::lost;
  for (const AlertSend& sent : alerts) receive(sent, now);
  return Receipt::accepted;
}

void ReceivedAlerts::obey(Time now) {
  const bool down = targets_->monitor_conditions().alertmanager_down;
  if (down_ && !down) {
    for (const auto& [key, known] : known_) {
      if (known.firing) tell(key, now, false, true);
    }
    known_.clear();
  }
  down_ = down;
}

void ReceivedAlerts::receive(const AlertSend& sent, Time now) {
  const Key key{sent.rule, sent.labels};
  const auto found = known_.find(key);
  if (sent.state == events::AlertState::inactive) {
    if (found == known_.end()) return;
    if (found->second.firing) tell(key, now, false);
    known_.erase(found);
    return;
  }
  const bool same = found != known_.end() && found->second.starts_at == sent.starts_at;
  if (!same || !found->second.firing) tell(key, now, true);
  if (same && !found->second.firing) tell_event(sent.labels, now, EventKind::alert_returned);
  known_.insert_or_assign(key, Known{.starts_at = sent.starts_at, .ends_at = sent.ends_at});
}

Time ReceivedAlerts::next_due() const {
  Time next = Time::max();
  if (down_) return next;
  for (const auto& [key, known] : known_) {
    if (known.firing) next = std::min(next, known.ends_at);
  }
  return next;
}

void ReceivedAlerts::run_due(Time now) {
  obey(now);
  if (down_) return;
  std::vector<std::pair<Time, const Key*>> expired;
  for (auto& [key, known] : known_) {
    if (!known.firing || known.ends_at > now) continue;
    known.firing = false;
    expired.emplace_back(known.ends_at, &key);
  }
  std::ranges::stable_sort(expired, {}, [](const auto& one) { return one.first; });
  for (const auto& [t, key] : expired) {
    tell(*key, t, false, true);
    tell_event(key->second, t, EventKind::alert_expired);
  }
}

void ReceivedAlerts::tell(const Key& key, Time t, bool firing, bool expired) {
  sink_->on_belief({.t = t, .rule = key.first, .labels = key.second, .firing = firing, .expired = expired});
}

// It knows the alert by its labels alone.
void ReceivedAlerts::tell_event(const model::Labels& labels, Time t, EventKind kind) {
  events::Event event{.t = t, .kind = kind, .subject = std::string(labels.get(model::kAlertName)), .fields = {}};
  sink_->on_event(std::move(event.with("labels", labels)));
}

}  // namespace firedrill::monitor
