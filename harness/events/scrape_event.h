// What a monitor tells of a scrape that failed.
#pragma once

#include <string>

#include "events/event.h"

namespace firedrill::events {

// An empty service: the target is of none.
inline Event scrape_failed(Time t, const std::string& instance, const std::string& service, const std::string& why) {
  Event event{.t = t, .kind = EventKind::scrape_failed, .subject = instance, .fields = {}};
  if (!service.empty()) event.with("service", service);
  return event.with("reason", why);
}

}  // namespace firedrill::events
