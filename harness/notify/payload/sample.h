// The notifications that one alert alone would make, to show what its receivers would get.
#pragma once

#include <vector>

#include "base/time.h"
#include "events/alert.h"
#include "model/labels.h"
#include "notify/config/config.h"
#include "notify/notification.h"

namespace firedrill::notify {

struct SampleAlert {
  model::Labels labels;
  events::Annotations annotations{};
  Time at{};  // when it began, and the notification is sent
  bool is_resolved = false;
};

// The first notification of each integration that the alert reaches, by route; if it has resolved, that of its end, and
// of those integrations only that want to know it.
std::vector<Notification> sample_notifications(const Configuration& configuration, const SampleAlert& sample);

}  // namespace firedrill::notify
