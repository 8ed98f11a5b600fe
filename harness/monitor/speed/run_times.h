// A run's time beside the machine's, of a run that may pass faster than that.
#pragma once

#include <algorithm>

#include "base/time.h"

namespace firedrill::monitor {

struct RunTimes {
  Time run{};   // an instant of the run,
  Time wall{};  // and when it was by the machine's clock
  double speed = 1;

  Time in_run(Time at) const {
    return speed == 1 ? at + (run - wall) : run + from_seconds(speed * to_seconds(at - wall));
  }
  Time on_wall(Time at) const {
    return speed == 1 ? at - (run - wall) : wall + from_seconds(to_seconds(at - run) / speed);
  }
  // How long it takes; of what is not nothing a millisecond at least, the finest that Prometheus knows.
  Duration on_wall(Duration length) const {
    if (speed == 1 || length == Duration(0)) return length;
    const Duration shrunk = from_seconds(to_seconds(length < Duration(0) ? -length : length) / speed);
    const Duration least = std::max<Duration>(shrunk, std::chrono::milliseconds(1));
    return length < Duration(0) ? -least : least;
  }
  // What passes of the run meanwhile.
  Duration in_run(Duration length) const { return speed == 1 ? length : from_seconds(speed * to_seconds(length)); }
};

}  // namespace firedrill::monitor
