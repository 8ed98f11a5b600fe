#include "events/notification.h"

#include <algorithm>

#include "base/text/format.h"

namespace firedrill::events {

std::size_t Notification::firing() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(alerts, [](const NotifiedAlert& alert) { return alert.status == "firing"; }));
}

std::string describe_alert(model::Labels labels) {
  const std::string name(labels.get(model::kAlertName));
  labels.remove(model::kAlertName);
  return labels.empty() ? name : format("{} {}", name, labels.to_string());
}

}  // namespace firedrill::events
