// The connection pool against a simulation, caller by caller.
#include "fake_services/traffic/stations/pool.h"

#include <gtest/gtest.h>

#include <cmath>
#include <deque>
#include <queue>
#include <vector>

#include "base/random.h"

namespace firedrill::fake_services {
namespace {

struct Observed {
  double gives_up = 0;
  double wait = 0;  // of those served
  double in_use = 0;
};

// M/M/c+D: whoever has waited `patience` leaves.
Observed simulate(int c, double arrivals, double holding, double patience, double span, RandomStream& chance) {
  std::priority_queue<double, std::vector<double>, std::greater<>> busy;
  std::deque<double> waiting;
  double t = 0, next = chance.exponential(1 / arrivals), waited = 0, held = 0;
  double offered = 0, gone = 0, served = 0;
  const auto begin = [&](double at) {
    const double h = chance.exponential(holding);
    held += h;
    served += 1;
    busy.push(at + h);
  };
  bool full = false;  // once the pool has filled, counting begins
  double from = 0;
  while (t < span) {
    if (!full && t > span / 10) {
      full = true;
      from = t;
      offered = gone = served = waited = held = 0;
    }
    if (busy.empty() || next < busy.top()) {
      t = next;
      next = t + chance.exponential(1 / arrivals);
      offered += 1;
      if (busy.size() < static_cast<std::size_t>(c)) {
        begin(t);
      } else {
        waiting.push_back(t);
      }
    } else {
      t = busy.top();
      busy.pop();
      while (!waiting.empty() && t - waiting.front() > patience) {
        gone += 1;
        waiting.pop_front();
      }
      if (!waiting.empty()) {
        waited += t - waiting.front();
        waiting.pop_front();
        begin(t);
      }
    }
  }
  return {gone / offered, waited / served, held / (t - from)};
}

TEST(Pool, AgreesWithSimulation) {
  struct Case {
    int c;
    double load;
    double patience;
  };
  for (const Case& k : {Case{1, 0.5, 0.2}, Case{4, 0.7, 0.5}, Case{4, 0.95, 0.3}, Case{10, 1.2, 0.5}, Case{10, 3, 1.0},
                        Case{2, 0.9, 5.0}}) {
    const double holding = 0.1;
    const double arrivals = k.load * k.c / holding;
    RandomStream chance(3, "pool/" + std::to_string(k.c) + "/" + std::to_string(k.load));
    double gives_up = 0, wait = 0, in_use = 0, gives_up2 = 0, wait2 = 0;
    const int runs = 30;
    for (int i = 0; i < runs; ++i) {
      const Observed o = simulate(k.c, arrivals, holding, k.patience, 20000 / arrivals, chance);
      gives_up += o.gives_up / runs;
      wait += o.wait / runs;
      in_use += o.in_use / runs;
      gives_up2 += o.gives_up * o.gives_up / runs;
      wait2 += o.wait * o.wait / runs;
    }
    const StationTable loss(k.c - 1, k.c - 1);
    const PoolState p = pool_state(k.c, loss, {arrivals, holding, k.patience, 1e9});
    const auto three_errors = [&](double mean, double square) {
      return 3 * std::sqrt(std::max(0.0, square - mean * mean) / (runs - 1)) + 1e-4;
    };
    EXPECT_NEAR(p.gives_up, gives_up, three_errors(gives_up, gives_up2)) << k.c << " at " << k.load;
    EXPECT_NEAR(p.wait.mean, wait, three_errors(wait, wait2)) << k.c << " at " << k.load;
    EXPECT_NEAR(p.in_use, in_use, 0.02 * k.c) << k.c << " at " << k.load;
  }
}

TEST(Pool, NobodyWaitsWhereConnectionsSufficeForAllCallers) {
  const StationTable loss(15, 15);
  const PoolState p = pool_state(16, loss, {1000, 1.0, 0.5, 16});
  EXPECT_EQ(p.gives_up, 0);
  EXPECT_EQ(p.wait.mean, 0);
  EXPECT_EQ(p.in_use, 16);
}

TEST(Pool, OverloadOfAnySizeStaysFinite) {
  const StationTable loss(9, 9);
  for (const double arrivals : {1e-9, 1.0, 99.9999999, 100.0, 100.0000001, 1e4, 1e7}) {
    for (const double patience : {0.0, 0.001, 1.0, 3600.0}) {
      const PoolState p = pool_state(10, loss, {arrivals, 0.1, patience, 1e6});
      EXPECT_TRUE(std::isfinite(p.gives_up) && std::isfinite(p.wait.mean) && std::isfinite(p.wait.variance));
      EXPECT_GE(p.gives_up, 0);
      EXPECT_LE(p.gives_up, 1);
      EXPECT_LE(p.wait.mean, patience + 1e-9);
      EXPECT_LE(p.in_use, 10);
      if (arrivals >= 1e4 && patience <= 1) {
        EXPECT_NEAR(p.gives_up, 1 - 100 / arrivals, 0.01);
      }
    }
  }
}

}  // namespace
}  // namespace firedrill::fake_services
