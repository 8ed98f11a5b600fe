// Short queues of work that is not exponential, against a simulation of them.
#include <gtest/gtest.h>

#include <cmath>
#include <deque>
#include <functional>
#include <queue>
#include <vector>

#include "base/random.h"
#include "fake_services/traffic/stations/station_point.h"

namespace firedrill::fake_services {
namespace {

// The share that finds all workers and places taken; work takes a second, or is lognormal with that variation.
double turned_away(int workers, int room, double load, double variation, int requests) {
  RandomStream random(1, "short queue");
  std::priority_queue<double, std::vector<double>, std::greater<>> ends;
  int waiting = 0;
  int away = 0;
  double t = 0;
  const double s2 = std::log1p(variation);
  const auto work = [&] { return variation > 0 ? random.lognormal(-s2 / 2, std::sqrt(s2)) : 1.0; };
  for (int n = 0; n < requests; ++n) {
    t += random.exponential(1 / load);
    while (!ends.empty() && ends.top() <= t) {
      const double at = ends.top();
      ends.pop();
      if (waiting == 0) continue;
      --waiting;
      ends.push(at + work());
    }
    if (static_cast<int>(ends.size()) < workers) {
      ends.push(t + work());
    } else if (waiting < room) {
      ++waiting;
    } else {
      ++away;
    }
  }
  return static_cast<double>(away) / requests;
}

double by_station(int workers, int room, double load, double variation) {
  const double places = workers + room_if_exponential(room, variation);
  const auto whole = static_cast<std::int64_t>(places);
  return exact_station(workers, whole, load, places - static_cast<double>(whole)).blocking;
}

TEST(ShortQueue, IsFullAsOftenAsASimulatedOne) {
  for (const int workers : {1, 3}) {
    for (const int room : {1, 2, 3, 6}) {
      for (const double variation : {0.0, 0.5, 4.0}) {
        for (const double use : {0.6, 0.9, 1.2}) {
          const double simulated = turned_away(workers, room, use * workers, variation, 400000);
          const double flow = by_station(workers, room, use * workers, variation);
          const double exponential = exact_station(workers, workers + room, use * workers).blocking;
          EXPECT_NEAR(flow, simulated, 0.12 * simulated + 0.016)
              << workers << " workers, " << room << " places, " << variation << ", " << use << "; exponential "
              << exponential;
        }
      }
    }
  }
}

TEST(ShortQueue, MayHaveAPartOfAPlace) {
  for (const double load : {0.3, 0.9, 3.0}) {
    EXPECT_NEAR(exact_station(2, 4, load, 1e-9).blocking, exact_station(2, 4, load).blocking, 1e-8);
    EXPECT_NEAR(exact_station(2, 4, load, 1 - 1e-9).blocking, exact_station(2, 5, load).blocking, 1e-8);
    EXPECT_NEAR(exact_station(2, 4, load, 1 - 1e-9).occupancy, exact_station(2, 5, load).occupancy, 1e-7);
    const StationPoint half = exact_station(2, 4, load, 0.5);
    EXPECT_NEAR(half.busy, load * (1 - half.blocking), 1e-12);
  }
}

}  // namespace
}  // namespace firedrill::fake_services
