// A part of a run that acts by itself: the world, the monitor, and whoever else joins. The loop (run.h) holds a list of
// them and names none.
#pragma once

#include "base/time.h"

namespace firedrill::events {

class Component {
 public:
  virtual ~Component() = default;
  // When it has something to do next; Time::max() if never, unless another part makes it.
  virtual Time next_due() const = 0;
  // Does everything that is due at or before `now`, to which time has come. Called with times that never fall; at one
  // time for each part in the order of the list, so that what stands before it in the list has happened.
  virtual void run_due(Time now) = 0;
  // The run ends: tells of what is under way, as it stands. Nothing comes after it.
  virtual void end(Time /*now*/) {}
};

}  // namespace firedrill::events
