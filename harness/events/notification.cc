#include "events/notification.h"

#include <algorithm>

#include "base/text/format.h"

namespace firedrill::events {

std::size_t Notification::firing() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(alerts, [](const NotifiedAlert& alert) { return alert.status == "firing"; }));
}

std::size_t NotificationPayload::bytes() const {
  std::size_t sum = sizeof *this;
  for (const Field& each : fields) sum += sizeof each + each.path.size() + each.text.size();
  for (const Request& each : requests) {
    sum += sizeof each + each.method.size() + each.url.size() + each.body.size();
    for (const Header& header : each.headers) sum += sizeof header + header.name.size() + header.value.size();
  }
  return sum;
}

std::string describe_alert(model::Labels labels) {
  const std::string name(labels.get(model::kAlertName));
  labels.remove(model::kAlertName);
  return labels.empty() ? name : format("{} {}", name, labels.to_string());
}

}  // namespace firedrill::events
