// What was done to the world.
#pragma once

#include "base/time.h"
#include "events/action.h"

namespace firedrill::record {

// An entry of a run's log. To make the run again, it is brought to the time at which each action was given, in their
// order, and given it then.
struct ActionRecord {
  Time given_at;
  events::Action action;
  bool operator==(const ActionRecord&) const = default;
};

}  // namespace firedrill::record
