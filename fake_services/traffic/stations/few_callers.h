// A replica as a queue (station.h) whose callers are few: requests come as from countless ones until all callers are
// under way, and the next then wait outside until one of them is done. Callers and replicas that are all alike have a
// product form (Jackson 1963: a network whose arrivals depend on how many there are in it); one who finds no place goes
// back at once. Callers in several groups, each with requests of its own, send the less the more of them are under way.
#pragma once

#include <algorithm>
#include <cstdint>

#include "fake_services/traffic/stations/station_point.h"

namespace firedrill::fake_services {

// More callers than these are as good as countless.
inline constexpr std::int64_t kManyCallers = 64;

// Times against work, in eighths: none, one, two, four and so on, so that few tables are made. The lower one: callers
// who are said to be elsewhere for too long could not keep the replicas as busy as they do.
std::int64_t in_eighths(double times);

// Callers by who sends: a replica, whose requests wait for each other, is a group.
class CallerGroups {
 public:
  // So many groups, of so many callers, that send so much together.
  void add(double groups, double callers, double rate) {
    rate_ += rate;
    of_groups_ += rate * rate / groups;
    of_callers_ += rate * rate / callers;
  }
  // As many that send alike as would be as few (Senders::count): who hardly sends anything hardly counts.
  std::int64_t count() const {
    return std::max<std::int64_t>(1, static_cast<std::int64_t>(of_groups_ > 0 ? rate_ * rate_ / of_groups_ + 0.5 : 1));
  }
  // The same of callers. A request finds the others' there, which are one less than all of them.
  std::int64_t callers() const {
    const double all = of_callers_ > 0 ? std::max(1.0, rate_ * rate_ / of_callers_) : 1;
    const auto fewer = static_cast<std::int64_t>(all + 1e-9);
    const auto whole = static_cast<double>(fewer);
    return 2 / all > 1 / whole + 1 / (whole + 1) ? fewer : fewer + 1;
  }

 private:
  double rate_ = 0;
  double of_groups_ = 0;  // squares
  double of_callers_ = 0;
};

struct FewCallers {
  StationPoint point;
  double offered = 0;  // load that comes on average
};

// `load`: what would come to one of the replicas if callers were countless. `elsewhere`: for how long a caller is under
// way before it comes here, against the work that it asks for here. Of several groups `load` is what would come if none
// of these ever waited, and `offered` what comes.
FewCallers few_callers(std::int64_t workers, std::int64_t places, double load, std::int64_t callers,
                       std::int64_t replicas, double elsewhere, std::int64_t groups = 1);

// How many times as long few callers wait as with exponential work, where work varies more than that and countless ones
// would wait `waited` times as long: few cannot all come to wait behind one long request. `room`: places for who waits,
// of which the share `taken` is taken on average. Measured (few_callers_test.cc).
double few_wait_longer(double waited, double room, double taken);

}  // namespace firedrill::fake_services
