#include "events/hold.h"

#include <utility>

namespace firedrill::events {

std::string_view to_string(HoldKind kind) {
  switch (kind) {
    case HoldKind::dropped:
      return "dropped";
    case HoldKind::lost:
      return "lost";
    case HoldKind::inhibited:
      return "inhibited";
    case HoldKind::silenced:
      return "silenced";
    case HoldKind::muted:
      return "muted";
    case HoldKind::deduplicated:
      return "deduplicated";
  }
  std::unreachable();
}

std::optional<EventKind> event_kind_of(HoldKind kind) {
  switch (kind) {
    case HoldKind::dropped:
      return EventKind::alert_dropped;
    case HoldKind::lost:
      return EventKind::alert_lost;
    case HoldKind::inhibited:
      return EventKind::alert_inhibited;
    case HoldKind::silenced:
      return EventKind::alert_silenced;
    case HoldKind::muted:
      return EventKind::alert_muted;
    case HoldKind::deduplicated:
      return std::nullopt;
  }
  std::unreachable();
}

}  // namespace firedrill::events
