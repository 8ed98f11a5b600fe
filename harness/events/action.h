// What somebody does to the world: the scenario's faults at their times, a facilitator, a responder, a trainee. A run
// is its scenario, its seed and the list of its actions.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"
#include "events/event.h"

namespace firedrill::events {

enum class ActionKind {
  begin_fault,  // subject: the id of a fault that the scenario declares; it lasts as long as that says
  end_fault,    // subject: its id
  restart,      // subject: a service; its pods are replaced as in a rollout, with the version that they have
  scale,        // subject: a service; it is to have `replicas` pods
};
inline constexpr std::array kActionKinds{ActionKind::begin_fault, ActionKind::end_fault, ActionKind::restart,
                                         ActionKind::scale};
std::string_view to_string(ActionKind kind);  // "begin fault"

// Action::by of what the scenario itself does: it follows from the scenario, and stands in no log.
inline constexpr std::string_view kByScenario = "the scenario";

struct Action {
  Time t;  // when it takes effect; not in the past
  ActionKind kind = ActionKind::begin_fault;
  std::string subject;
  std::string by = {};  // the person; empty: not known
  std::int64_t replicas = 0;
  bool operator==(const Action&) const = default;
};

// That it takes effect, as an event.
Event event_of(const Action& action);
// That its time has come and it changes nothing.
Event without_effect(const Action& action, std::string reason);

}  // namespace firedrill::events
