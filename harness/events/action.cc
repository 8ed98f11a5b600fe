#include "events/action.h"

#include <utility>

#include "base/text/format.h"

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

Event without_effect(const Action& action, std::string reason) {
  Event event{.t = action.t,
              .kind = EventKind::action_ineffective,
              .subject = format("{} {}", to_string(action.kind), action.subject),
              .fields = {}};
  if (!action.by.empty()) event.with("by", action.by);
  event.with("reason", std::move(reason));
  return event;
}

}  // namespace firedrill::events
