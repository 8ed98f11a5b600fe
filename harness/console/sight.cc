#include "console/sight.h"

#include <algorithm>
#include <utility>

#include "base/text/format.h"
#include "events/event.h"

namespace firedrill::console {
namespace {

using events::Event;
using events::EventKind;

std::string names_of(const std::vector<events::NotifiedAlert>& alerts) {
  std::vector<std::string> names;
  for (const events::NotifiedAlert& each : alerts) {
    std::string name(each.labels.get(model::kAlertName));
    if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
  }
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

}  // namespace

void Sight::tell(Time at, std::string kind, std::string text) {
  if (at >= from_) news_.push_back({at, std::move(kind), std::move(text)});
}

void Sight::add_alert(const std::string& page, const std::string& alert) {
  std::vector<std::string>& names = alerts_[page];
  if (std::ranges::find(names, alert) == names.end()) names.push_back(alert);
}

const std::vector<std::string>* Sight::alerts_of(const std::string& page) const {
  const auto found = alerts_.find(page);
  return found == alerts_.end() ? nullptr : &found->second;
}

void Sight::on_event(Event event) {
  switch (event.kind) {
    case EventKind::oncall_paged:
      return tell(event.t, "page",
                  format("{} ({}) is paged: {}", event.text("tier"), event.subject, event.text("alert")));
    case EventKind::oncall_acknowledged:
      return tell(event.t, "page", format("{} has acknowledged: {}", event.subject, event.text("alert")));
    case EventKind::oncall_nobody:
      return tell(event.t, "page", format("nobody is on call as {}", event.subject));
    case EventKind::oncall_handoff:
      return tell(event.t, "page", format("{} is on call now as {}", event.subject, event.text("tier")));
    case EventKind::communication_posted:
      messages_.push_back({event.t, event.text("by"), event.text("channel"), event.text("status"), event.text("text")});
      return tell(event.t, "message",
                  format("{} posts ({}): {}", event.text("by"), event.text("channel"), event.text("text")));
    case EventKind::action_effective:
      return note_outcome(event, true);
    case EventKind::action_ineffective:
      return note_outcome(event, false);
    default:
      return;  // whatever else there is, only the scenario knows, or metrics and logs tell of it
  }
}

void Sight::note_outcome(const Event& event, bool helped) {
  const auto of = std::ranges::find_if(deeds_, [&](const Deed& each) {
    return !each.helped && (each.what == event.subject || each.what.starts_with(event.subject + " "));
  });
  if (of == deeds_.end()) return;
  of->helped = helped;
  of->seen_at = event.t;
  of->reason = event.text("reason");
  tell(event.t, "deed", format("{} {}: {}", of->what, helped ? "helped" : "did not help", of->reason));
}

void Sight::on_minute(const events::Minute& minute) {
  if (minute.from < from_) return;
  for (const std::size_t service : entry_points_) {
    const events::ServiceMinute& seen = minute.services[service];
    requests_ += seen.requests;
    lost_ += std::min(seen.requests, seen.errors + seen.client_errors + seen.hollow);
  }
}

void Sight::on_transition(const events::AlertTransition& transition) {
  const std::string name(transition.labels.get(model::kAlertName));
  if (transition.to == events::AlertState::firing) {
    add_alert(transition.labels.to_string(), name);
    tell(transition.t, "alert", format("{} fires: {}", name, transition.labels.to_string()));
  } else if (transition.to == events::AlertState::inactive && transition.from == events::AlertState::firing) {
    tell(transition.t, "alert", format("{} is over: {}", name, transition.labels.to_string()));
  }
}

void Sight::on_notification(const events::Notification& notification, const events::NotificationPayload* payload) {
  if (!notification.accepted) return;
  notices_.push_back({notification, payload == nullptr ? std::nullopt : std::optional(*payload)});
  if (!notification.pages) return;
  const std::string page = format("{} {}", notification.receiver, notification.group_key);
  for (const events::NotifiedAlert& each : notification.alerts) {
    if (each.status == "firing") add_alert(page, std::string(each.labels.get(model::kAlertName)));
  }
  tell(notification.t, "notice",
       format("{} is sent to {}: {}", notification.status, notification.receiver, names_of(notification.alerts)));
}

void Sight::add(Deed deed) {
  deeds_.push_back(std::move(deed));
}

void Sight::add_note(Message message) {
  messages_.push_back(std::move(message));
}

void Sight::hear(Message message) {
  tell(message.at, "message", format("{}: {}", message.by, message.text));
  messages_.push_back(std::move(message));
}

}  // namespace firedrill::console
