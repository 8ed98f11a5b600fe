// The replica as a queue, against closed forms and against a discrete-event simulation that knows nothing of them.
#include "fake_services/traffic/stations/station.h"

#include <gtest/gtest.h>

#include <cmath>
#include <deque>
#include <queue>
#include <vector>

#include "base/random.h"

namespace firedrill::fake_services {
namespace {

struct Case {
  std::int64_t c;
  std::int64_t K;
};
const std::vector<Case> kCases = {{1, 1}, {1, 10}, {2, 4}, {4, 20}, {8, 8}, {16, 64}, {32, 160}, {64, 1000}};
const std::vector<double> kLoads = {0.3, 0.7, 0.95, 1.2};

TEST(Station, ClosedFormOfOneWorker) {
  // M/M/1/K: p_n = (1 − ρ) ρ^n / (1 − ρ^(K+1)).
  for (const double rho : {0.3, 0.7, 0.95, 1.2}) {
    const StationPoint p = exact_station(1, 10, rho);
    const double norm = (1 - rho) / (1 - std::pow(rho, 11));
    EXPECT_NEAR(p.blocking, norm * std::pow(rho, 10), 1e-12);
    double mean = 0;
    for (int n = 0; n <= 10; ++n) mean += n * norm * std::pow(rho, n);
    EXPECT_NEAR(p.occupancy, mean, 1e-12);
  }
}

TEST(Station, ErlangsLossFormula) {
  // B(10, 5) and B(100, 90), from published tables.
  EXPECT_NEAR(exact_station(10, 10, 5).blocking, 0.018385, 1e-6);
  EXPECT_NEAR(exact_station(100, 100, 90).blocking, 0.026957, 1e-5);
}

TEST(Station, TableAgreesWithClosedForm) {
  double worst = 0;
  for (const Case& k : kCases) {
    const StationTable table(k.c, k.K);
    for (double rho = 0.001; rho < 30; rho *= 1.0123) {
      const double a = rho * static_cast<double>(k.c);
      const StationPoint exact = exact_station(k.c, k.K, a);
      const StationPoint got = table.at_load(a);
      worst = std::max(worst, std::abs(got.occupancy - exact.occupancy));
      worst = std::max(worst, std::abs(got.blocking - exact.blocking));
      EXPECT_NEAR(got.occupancy, exact.occupancy, 1e-6) << k.c << '/' << k.K << " at " << rho;
      EXPECT_NEAR(got.blocking, exact.blocking, 1e-6) << k.c << '/' << k.K << " at " << rho;
      EXPECT_NEAR(got.waits, exact.waits, 1e-3) << k.c << '/' << k.K << " at " << rho;
    }
  }
  RecordProperty("worst_error", std::to_string(worst));
}

TEST(Station, SettlesOnTheStationaryQueue) {
  for (const Case& k : kCases) {
    const StationTable table(k.c, k.K);
    for (const double rho : kLoads) {
      const double holding = 0.05;
      const double arrivals = rho * static_cast<double>(k.c) / holding;
      double occupancy = 0;
      std::size_t hint = 0;
      StationTable::Step step;
      for (int i = 0; i < 2000; ++i) {
        step = table.step(occupancy, arrivals, holding, 1.0, hint);
        occupancy = step.occupancy;
      }
      const StationPoint exact = exact_station(k.c, k.K, rho * static_cast<double>(k.c));
      EXPECT_NEAR(occupancy, exact.occupancy, 1e-5 * (1 + exact.occupancy)) << k.c << '/' << k.K << " at " << rho;
      EXPECT_NEAR(step.done_rate, arrivals * (1 - exact.blocking), 1e-5 * arrivals);
    }
  }
}

TEST(Station, OverloadFillsTheQueueAtTheExcess) {
  // 10 workers of one second: 10 a second get through; at 30 arrivals the queue grows by 20 each second.
  const StationTable table(10, 10010);
  double occupancy = 9;
  std::size_t hint = 0;
  for (int i = 0; i < 5; ++i) occupancy = table.step(occupancy, 30, 1.0, 1.0, hint).occupancy;
  const double before = occupancy;
  for (int i = 0; i < 20; ++i) occupancy = table.step(occupancy, 30, 1.0, 1.0, hint).occupancy;
  EXPECT_NEAR((occupancy - before) / 20, 20, 0.2);
  for (int i = 0; i < 2000; ++i) occupancy = table.step(occupancy, 30, 1.0, 1.0, hint).occupancy;
  EXPECT_NEAR(occupancy, exact_station(10, 10010, 30).occupancy, 0.01);
}

// One queue, customer by customer.
struct Observed {
  double occupancy = 0;
  double blocking = 0;
  double wait = 0;
  double throughput = 0;
};
Observed simulate(std::int64_t c, std::int64_t K, double arrivals, double holding, double span, RandomStream& chance) {
  std::priority_queue<double, std::vector<double>, std::greater<>> leaving;
  std::deque<double> waiting;
  double t = 0, area = 0, next = chance.exponential(1 / arrivals), waited = 0;
  std::int64_t n = 0, offered = 0, blocked = 0, begun = 0, done = 0;
  double begin = 0;  // of what is counted, once the queue has filled
  while (t < span) {
    if (begin == 0 && t > span / 10) {
      begin = t;
      area = waited = 0;
      offered = blocked = begun = done = 0;
    }
    const bool arrival = leaving.empty() || next < leaving.top();
    const double at = arrival ? next : leaving.top();
    area += static_cast<double>(n) * (at - t);
    t = at;
    if (arrival) {
      next = t + chance.exponential(1 / arrivals);
      ++offered;
      if (n == K) {
        ++blocked;
      } else if (n++ < c) {
        ++begun;
        leaving.push(t + chance.exponential(holding));
      } else {
        waiting.push_back(t);
      }
    } else {
      leaving.pop();
      --n;
      ++done;
      if (!waiting.empty()) {
        waited += t - waiting.front();
        waiting.pop_front();
        ++begun;
        leaving.push(t + chance.exponential(holding));
      }
    }
  }
  return {area / (t - begin), static_cast<double>(blocked) / static_cast<double>(offered),
          waited / static_cast<double>(begun), static_cast<double>(done) / (t - begin)};
}

struct Estimate {
  double sum = 0, squares = 0;
  int n = 0;
  void add(double x) {
    sum += x;
    squares += x * x;
    ++n;
  }
  double mean() const { return sum / n; }
  double error() const { return std::sqrt(std::max(0.0, squares / n - mean() * mean()) / (n - 1)); }
};

TEST(Station, AgreesWithDiscreteEventSimulation) {
  for (const Case& k : {Case{1, 10}, Case{2, 4}, Case{4, 20}, Case{16, 64}}) {
    const StationTable table(k.c, k.K);
    for (const double rho : kLoads) {
      const double holding = 0.05;
      const double arrivals = rho * static_cast<double>(k.c) / holding;
      RandomStream chance(7, "station/" + std::to_string(k.c) + "/" + std::to_string(k.K) + "/" + std::to_string(rho));
      Estimate occupancy, blocking, wait, throughput;
      for (int run = 0; run < 40; ++run) {
        const Observed o = simulate(k.c, k.K, arrivals, holding, 20000 / arrivals, chance);
        occupancy.add(o.occupancy);
        blocking.add(o.blocking);
        wait.add(o.wait);
        throughput.add(o.throughput);
      }
      double at = 0;
      std::size_t hint = 0;
      StationTable::Step step;
      for (int i = 0; i < 500; ++i) {
        step = table.step(at, arrivals, holding, 1.0, hint);
        at = step.occupancy;
      }
      const auto& p = step.point;
      const double mean_wait = p.waits * p.wait_mean * holding / static_cast<double>(k.c);
      const std::string where = std::to_string(k.c) + "/" + std::to_string(k.K) + " at " + std::to_string(rho);
      EXPECT_NEAR(at, occupancy.mean(), 3 * occupancy.error() + 1e-6) << where;
      EXPECT_NEAR(p.blocking, blocking.mean(), 3 * blocking.error() + 1e-5) << where;
      EXPECT_NEAR(mean_wait, wait.mean(), 3 * wait.error() + 1e-6) << where;
      EXPECT_NEAR(step.done_rate, throughput.mean(), 3 * throughput.error() + 1e-6) << where;
    }
  }
}

}  // namespace
}  // namespace firedrill::fake_services
