// What somebody does to the world: the scenario's faults at their times, a facilitator, a responder, a trainee. A run
// is its seed and the list of its actions.
#pragma once

#include <cstdint>
#include <string>

#include "base/time.h"

namespace firedrill::events {

enum class ActionKind {
  begin_fault,  // subject: the id of a fault that the scenario declares; it lasts as long as that says
  end_fault,    // subject: its id
  restart,      // subject: a service; its pods are replaced as in a rollout, with the version that they have
  scale,        // subject: a service; it is to have `replicas` pods
};

struct Action {
  Time t;  // when it takes effect; not in the past
  ActionKind kind = ActionKind::begin_fault;
  std::string subject;
  std::string by = {};  // the person; empty: the scenario
  std::int64_t replicas = 0;
};

}  // namespace firedrill::events
