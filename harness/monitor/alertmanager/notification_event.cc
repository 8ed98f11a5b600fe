#include "monitor/alertmanager/notification_event.h"

#include <algorithm>
#include <vector>

#include "base/contains.h"
#include "base/text/format.h"

namespace firedrill::monitor {
namespace {

using events::Event;
using events::EventKind;

std::string names_of(const events::Notification& notification) {
  std::vector<std::string> names;
  for (const events::NotifiedAlert& each : notification.alerts) {
    std::string name(each.labels.get(model::kAlertName));
    if (!contains(names, name)) names.push_back(std::move(name));
  }
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

// "first notification"; of one that failed "answered 503, 4 attempts".
std::string reason_of(const events::Notification& notification) {
  if (notification.accepted) {
    std::string reason = notification.reason;
    std::ranges::replace(reason, '_', ' ');
    return reason;
  }
  const events::NotificationAttempt& last = notification.attempts.back();
  const std::string answer = last.result == "cancelled"      ? "cut off"
                             : last.result == "not_rendered" ? "its template failed"
                             : last.status == 0              ? "no answer in time"
                                                             : format("answered {}", last.status);
  const std::size_t count = notification.attempts.size();
  return count == 1 ? answer : format("{}, {} attempts", answer, count);
}

}  // namespace

Event event_of(const events::Notification& notification) {
  Event event{.t = notification.t,
              .kind = notification.accepted ? EventKind::receiver_notified : EventKind::receiver_failed,
              .subject = notification.receiver,
              .fields = {}};
  event.with("alert", names_of(notification)).with("labels", notification.group_labels);
  event.with("integration", notification.integration).with("status", notification.status);
  if (notification.accepted) {
    const std::size_t firing = notification.firing();
    event.with("firing", static_cast<double>(firing));
    event.with("resolved", static_cast<double>(notification.alerts.size() - firing));
  }
  event.with("reason", reason_of(notification));
  return event;
}

}  // namespace firedrill::monitor
