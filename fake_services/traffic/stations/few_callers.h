// A replica as a queue (station.h) whose callers are few: requests come as from countless ones until all callers are
// under way, and the next then wait outside until one of them is done. Callers and replicas that are all alike have a
// product form (Jackson 1963: a network whose arrivals depend on how many there are in it); one who finds no place goes
// back at once.
#pragma once

#include <cstdint>

#include "fake_services/traffic/stations/station_point.h"

namespace firedrill::fake_services {

// More callers than these are as good as countless.
inline constexpr std::int64_t kManyCallers = 64;

// Times against work, in eighths: none, one, two, four and so on, so that few tables are made. The lower one: callers
// who are said to be elsewhere for too long could not keep the replicas as busy as they do.
std::int64_t in_eighths(double times);

struct FewCallers {
  StationPoint point;
  double offered = 0;  // load that comes on average
};

// `load`: what would come to one of the replicas if callers were countless. `elsewhere`: for how long a caller is under
// way before it comes here, against the work that it asks for here.
FewCallers few_callers(std::int64_t workers, std::int64_t places, double load, std::int64_t callers,
                       std::int64_t replicas, double elsewhere);

}  // namespace firedrill::fake_services
