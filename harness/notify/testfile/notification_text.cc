#include "notify/testfile/notification_text.h"

#include "base/duration.h"
#include "base/text/format.h"

namespace firedrill::notify {

std::string time_text(Duration since_start) {
  return since_start < Duration::zero() ? "-" + format_duration(-since_start) : format_duration(since_start);
}

std::string_view status_of(bool is_firing) {
  return is_firing ? "firing" : "resolved";
}

std::string describe(const Notification& notification, Time start) {
  std::string out = format("{} {} {} {}:", time_text(notification.time - start), status_of(notification.is_firing),
                           to_string(notification.reason), notification.group->labels.to_string());
  for (const FlushedAlert& each : notification.alerts) {
    out += format(" {} {} from {}", each.alert->labels.to_string(), status_of(!each.is_resolved),
                  time_text(each.starts_at() - start));
    if (each.ends_at()) out += format(" to {}", time_text(*each.ends_at() - start));
  }
  return out;
}

}  // namespace firedrill::notify
