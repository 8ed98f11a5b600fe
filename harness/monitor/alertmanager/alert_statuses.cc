#include "monitor/alertmanager/alert_statuses.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "events/event.h"

namespace firedrill::monitor {
namespace {

using events::AlertState;
using events::EventKind;

void tell_event(const model::Labels& labels, Time t, EventKind kind, events::Sink& out) {
  events::Event event{.t = t, .kind = kind, .subject = std::string(labels.get(model::kAlertName)), .fields = {}};
  out.on_event(std::move(event.with("labels", labels)));
}

}  // namespace

bool AlertStatuses::Known::fires() const {
  return std::ranges::any_of(activations, [](const auto& each) { return each.second.firing; });
}

void AlertStatuses::take(const events::AlertSend& sent, const notify::Alert& stored, Time now, events::Sink& out) {
  const auto place = known_.try_emplace(sent.labels).first;
  Known& known = place->second;
  known.ends_at = stored.ends_at;
  const auto [mine, is_new] = known.activations.try_emplace(sent.rule);
  Activation& activation = mine->second;
  if (sent.state == AlertState::inactive) {
    if (!is_new && activation.firing)
      out.on_status_change({.t = now, .rule = sent.rule, .labels = sent.labels, .firing = false});
    known.activations.erase(mine);
  } else {
    const bool fires = !stored.is_resolved_at(now);
    const bool is_same = !is_new && activation.starts_at == sent.starts_at;
    const bool was_over = !is_new && !activation.firing;
    if (!is_same || (was_over && fires)) out.on_status_change({.t = now, .rule = sent.rule, .labels = sent.labels});
    // What began while it was taken to fire is the same alert to an Alertmanager, whichever server sends it.
    if (was_over && fires && sent.starts_at < activation.over_at) {
      tell_event(sent.labels, now, EventKind::alert_returned, out);
    }
    activation.firing = fires || !is_same || !was_over;
    activation.starts_at = sent.starts_at;
  }
  // A send may come so late that its end has passed. Else another rule's has said that it is over.
  const bool expired = sent.state == AlertState::firing && sent.ends_at <= now;
  if (stored.is_resolved_at(now) && known.fires()) end(sent.labels, known, now, expired, out);
  if (known.activations.empty()) known_.erase(place);
}

Time AlertStatuses::next_due() const {
  Time next = Time::max();
  for (const auto& [labels, known] : known_) {
    if (known.fires()) next = std::min(next, known.ends_at);
  }
  return next;
}

void AlertStatuses::run_due(Time now, events::Sink& out) {
  std::vector<std::pair<const model::Labels*, Known*>> due;
  for (auto& [labels, known] : known_) {
    if (known.ends_at <= now && known.fires()) due.emplace_back(&labels, &known);
  }
  std::ranges::stable_sort(due, {}, [](const auto& each) {
    return std::tuple(each.second->ends_at, each.second->activations.begin()->first);
  });
  for (const auto& [labels, known] : due) end(*labels, *known, known->ends_at, true, out);
}

void AlertStatuses::forget(Time now, events::Sink& out) {
  for (const auto& [labels, known] : known_) {
    for (const auto& [rule, activation] : known.activations) {
      if (!activation.firing) continue;
      out.on_status_change({.t = now, .rule = rule, .labels = labels, .firing = false, .expired = true});
    }
  }
  known_.clear();
}

void AlertStatuses::end(const model::Labels& labels, Known& known, Time t, bool expired, events::Sink& out) {
  for (auto& [rule, activation] : known.activations) {
    if (!activation.firing) continue;
    activation.firing = false;
    activation.over_at = t;
    out.on_status_change({.t = t, .rule = rule, .labels = labels, .firing = false, .expired = expired});
  }
  if (expired) tell_event(labels, t, EventKind::alert_expired, out);
}

}  // namespace firedrill::monitor
