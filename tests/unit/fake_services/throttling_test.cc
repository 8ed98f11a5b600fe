// How often a quota is used up and for how long all stands still, against a simulation of periods.
#include "fake_services/traffic/stations/throttling.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <vector>

#include "base/random.h"
#include "fake_services/traffic/quota.h"

namespace firedrill::fake_services {
namespace {

// Requests that come at random, as many at work at once as want to be; a core for each of them.
Throttling simulate(double rate, double cores, const std::function<double(RandomStream&)>& draw, double seconds) {
  RandomStream chance(1, "throttling");
  std::vector<double> jobs;  // what of each is left
  Throttling seen;
  double t = 0, used = 0, period_end = kQuotaPeriod, next = chance.exponential(1 / rate);
  bool throttled = false;
  while (t < seconds) {
    constexpr double kNever = std::numeric_limits<double>::infinity();
    const double n = throttled ? 0 : static_cast<double>(jobs.size());
    const double done = n > 0 ? t + *std::ranges::min_element(jobs) : kNever;
    const double empty = n > 0 ? t + (cores * kQuotaPeriod - used) / n : kNever;
    const double at = std::min({next, done, empty, period_end});
    if (throttled) seen.time += (at - t) / seconds;
    if (n > 0) {
      for (double& left : jobs) left -= at - t;
      used += n * (at - t);
    }
    t = at;
    if (at == period_end) {
      throttled = false;
      used = 0;
      period_end += kQuotaPeriod;
    } else if (at == next) {
      jobs.push_back(draw(chance));
      next = t + chance.exponential(1 / rate);
    } else {
      std::erase_if(jobs, [](double left) { return left <= 1e-9; });  // less than the clock tells
      if (at == empty && !jobs.empty()) {
        throttled = true;
        seen.periods += kQuotaPeriod / seconds;
      }
    }
  }
  return seen;
}

struct Case {
  const char* name;
  double work_s, cores, use;
  bool constant;
  double within = 0.15;
};

TEST(Throttling, IsAsASimulationOfPeriodsHasIt) {
  for (const Case& c :
       {Case{"a core", 0.01, 1, 0.8, true}, Case{"a core, busier", 0.01, 1, 0.9, true},
        Case{"a core, half busy", 0.01, 1, 0.6, true}, Case{"half a core", 0.01, 0.5, 0.8, true},
        Case{"half a core, busier", 0.01, 0.5, 0.9, true}, Case{"four cores", 0.01, 4, 0.8, true},
        Case{"two cores, busy", 0.01, 2, 0.95, true, 0.2}, Case{"short", 0.002, 1, 0.8, true, 0.2},
        Case{"exponential", 0.01, 1, 0.8, false}, Case{"exponential, room", 0.01, 4, 0.8, false},
        Case{"exponential, short", 0.005, 1, 0.8, false}, Case{"middling", 0.02, 1, 0.8, true},
        Case{"middling, exponential", 0.02, 1, 0.8, false, 0.2}, Case{"half a period", 0.05, 4, 0.8, true, 0.2},
        Case{"a period", 0.1, 2, 0.8, true, 0.2}, Case{"longer", 0.4, 2, 0.8, false, 0.2}}) {
    SCOPED_TRACE(c.name);
    const double rate = c.use * c.cores / c.work_s;
    const auto draw = [&](RandomStream& chance) { return c.constant ? c.work_s : chance.exponential(c.work_s); };
    const Throttling seen = simulate(rate, c.cores, draw, 150000 / rate);
    const Throttling told = throttling({.room = c.cores, .load = rate * c.work_s, .workers = 2000},
                                       {c.work_s, c.constant ? 0 : c.work_s * c.work_s});
    EXPECT_NEAR(told.periods, seen.periods, c.within * seen.periods);
    EXPECT_NEAR(told.time, seen.time, c.within * seen.time);
  }
}

TEST(Throttling, IsNoneWhereThereIsRoomForAll) {
  EXPECT_EQ(throttling({.room = 2, .load = 0.5, .workers = 2}, {0.01, 0}).periods, 0);
  EXPECT_LT(throttling({.room = 4, .load = 0.4, .workers = 64}, {0.01, 0}).periods, 1e-6);
  const Throttling over = throttling({.room = 1, .load = 1, .workers = 4}, {0.01, 0});
  EXPECT_EQ(over.periods, 1);
  EXPECT_DOUBLE_EQ(over.time, 0.75);
}

}  // namespace
}  // namespace firedrill::fake_services
