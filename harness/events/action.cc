#include "events/action.h"

#include <utility>

namespace firedrill::events {

std::string_view to_string(ActionKind kind) {
  switch (kind) {
    case ActionKind::begin_fault:
      return "begin fault";
    case ActionKind::end_fault:
      return "end fault";
    case ActionKind::restart:
      return "restart";
    case ActionKind::scale:
      return "scale";
  }
  std::unreachable();
}

Event event_of(const Action& action) {
  Event event{
      .t = action.t, .kind = EventKind::action_taken, .subject = std::string(to_string(action.kind)), .fields = {}};
  if (!action.by.empty()) event.with("by", action.by);
  event.with("target", action.subject);
  if (action.kind == ActionKind::scale) event.with("replicas", static_cast<double>(action.replicas));
  return event;
}

}  // namespace firedrill::events
