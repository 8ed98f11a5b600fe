// Replicas that are sent requests in turn, or by fewest requests, against a simulation of single requests.
#include "fake_services/traffic/stations/balanced_station.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <queue>
#include <vector>

#include "base/random.h"
#include "fake_services/traffic/stations/station.h"
#include "shop.h"

namespace firedrill::fake_services {
namespace {

struct Observed {
  double waits = 0;   // share of those that are let in
  double waited = 0;  // by all of these, in units of the work of one
  double blocking = 0;
};

// `n` replicas of `c` workers with exponential work, or work that is always the same; senders with counts of their own.
Observed simulate(LoadBalancing policy, std::size_t n, std::size_t c, std::size_t places, double load,
                  std::size_t senders, int requests, bool steady = false) {
  RandomStream chance(1, "balanced");
  const auto work = [&] { return steady ? 1.0 : chance.exponential(1); };
  struct End {
    double at;
    std::size_t sender, replica;
    bool operator<(const End& other) const { return at > other.at; }
  };
  std::priority_queue<End> ends;
  std::vector<std::vector<int>> owed(senders, std::vector<int>(n, 0));
  std::vector<std::size_t> turn(senders), there(n, 0);
  for (auto& t : turn) t = chance.below(n);
  std::vector<std::deque<std::pair<double, std::size_t>>> queue(n);
  Observed seen;
  double next = 0;
  for (int came = 0; came < requests;) {
    if (!ends.empty() && ends.top().at < next) {
      const End end = ends.top();
      ends.pop();
      --owed[end.sender][end.replica];
      --there[end.replica];
      auto& waiting = queue[end.replica];
      if (waiting.empty()) continue;
      seen.waited += end.at - waiting.front().first;
      ends.push({end.at + work(), waiting.front().second, end.replica});
      waiting.pop_front();
      continue;
    }
    const double t = next;
    next += chance.exponential(1 / (load * static_cast<double>(n)));
    ++came;
    const std::size_t s = chance.below(senders);
    std::size_t r = turn[s]++ % n;
    if (policy == LoadBalancing::least_requests) {
      std::vector<std::size_t> open;
      const int least = *std::ranges::min_element(owed[s]);
      for (std::size_t i = 0; i < n; ++i) {
        if (owed[s][i] == least) open.push_back(i);
      }
      r = open[chance.below(open.size())];
    }
    if (there[r] >= places) {
      seen.blocking += 1;
      continue;
    }
    ++there[r];
    ++owed[s][r];
    if (there[r] <= c) {
      ends.push({t + work(), s, r});
    } else {
      seen.waits += 1;
      queue[r].emplace_back(t, s);
    }
  }
  const double let_in = requests - seen.blocking;
  return {seen.waits / let_in, seen.waited / let_in, seen.blocking / requests};
}

TEST(BalancedStation, WaitsAsASimulationDoes) {
  struct Case {
    LoadBalancing policy;
    std::int64_t replicas, workers, places;
    double use;
    std::int64_t senders;
    double off;  // of the wait, relative
  };
  constexpr auto kTurns = LoadBalancing::round_robin;
  constexpr auto kLeast = LoadBalancing::least_requests;
  for (const Case& c :
       {Case{kTurns, 3, 1, 60, 0.7, 1, 0.05}, Case{kTurns, 4, 4, 60, 0.8, 1, 0.08}, Case{kTurns, 2, 1, 3, 0.9, 1, 0.08},
        Case{kTurns, 3, 4, 60, 0.8, 4, 0.12}, Case{kLeast, 3, 1, 60, 0.8, 1, 0.12},
        Case{kLeast, 2, 4, 60, 0.8, 1, 0.12}, Case{kLeast, 3, 4, 60, 0.8, 4, 0.25}}) {
    SCOPED_TRACE(testing::Message() << (c.policy == kTurns ? "round robin, " : "least requests, ") << c.replicas
                                    << " of " << c.workers << " workers, " << c.senders << " senders");
    const double load = c.use * static_cast<double>(c.workers);
    const Arrivals arrivals =
        arrivals_like(c.policy, static_cast<double>(c.replicas), static_cast<double>(c.senders), c.places);
    const StationPoint p = balanced_station(c.workers, c.places, load, arrivals);
    const Observed seen =
        simulate(c.policy, static_cast<std::size_t>(c.replicas), static_cast<std::size_t>(c.workers),
                 static_cast<std::size_t>(c.places), load, static_cast<std::size_t>(c.senders), 200000);
    const double waited = p.waits * p.wait_mean / static_cast<double>(c.workers);
    EXPECT_NEAR(waited, seen.waited, c.off * seen.waited + 0.005);
    EXPECT_NEAR(p.waits, seen.waits, 0.05);
    EXPECT_NEAR(p.blocking, seen.blocking, 0.01);
    EXPECT_NEAR(p.busy, load * (1 - p.blocking), 1e-6 * load);
  }
}

TEST(BalancedStation, SteadyWorkInTurnWaitsAsASimulationDoes) {
  struct Case {
    std::int64_t replicas, workers, places;
    double use;
    std::int64_t senders;
    double off;  // of the wait, relative
  };
  for (const Case& c : {Case{3, 1, 60, 0.7, 1, 0.08}, Case{3, 1, 60, 0.3, 1, 0.08}, Case{2, 4, 60, 0.8, 1, 0.08},
                        Case{4, 2, 60, 0.9, 1, 0.08}, Case{3, 2, 60, 0.8, 4, 0.15}}) {
    SCOPED_TRACE(testing::Message() << c.replicas << " of " << c.workers << " workers, " << c.senders
                                    << " senders, use " << c.use);
    const double load = c.use * static_cast<double>(c.workers);
    const Arrivals arrivals = arrivals_like(LoadBalancing::round_robin, static_cast<double>(c.replicas),
                                            static_cast<double>(c.senders), c.places);
    const StationPoint p = balanced_station(c.workers, c.places, load, arrivals);
    const SteadyWork steady = steady_in_turn(
        c.workers, arrivals, p, exact_station(c.workers, c.places, load),
        exact_station(c.workers * c.replicas, c.places * c.replicas, load * static_cast<double>(c.replicas)));
    const Observed seen =
        simulate(LoadBalancing::round_robin, static_cast<std::size_t>(c.replicas), static_cast<std::size_t>(c.workers),
                 static_cast<std::size_t>(c.places), load, static_cast<std::size_t>(c.senders), 200000, true);
    const double waited = steady.waited * p.waits * p.wait_mean / static_cast<double>(c.workers);
    EXPECT_NEAR(waited, seen.waited, c.off * seen.waited + 0.002);
    EXPECT_NEAR(steady.waits * p.waits, seen.waits, 0.05);
  }
}

// In a world: what one of the replicas takes, which is its work and the wait.
TEST(BalancedStation, SteadyWorkInTurnWaitsSoInAWorld) {
  constexpr double kWork = 0.02;
  for (const std::int64_t workers : {1, 2}) {
    for (const double use : {0.5, 0.7, 0.85}) {
      WorldSpec spec;
      ServiceSpec api = service("api", 3, {"constant", std::chrono::milliseconds(20), {}, {}, {}});
      api.load_balancing = LoadBalancing::round_robin;
      api.concurrency = workers;
      api.queue = 60 - workers;
      api.traffic.emplace().requests_per_second = use * 3 * static_cast<double>(workers) / kWork;
      spec.topology.services = {api};
      EXPECT_TRUE(validate(spec.topology).empty());
      complete(spec.topology);
      spec.start = spec.origin = *parse_instant("2026-03-03T12:00:00Z");
      Drill drill(std::move(spec));
      drill.run_for(std::chrono::minutes(20));
      const double takes_s = drill.value("api", "http_request_duration_seconds_sum") /
                             drill.value("api", "http_request_duration_seconds_count");
      const Observed seen = simulate(LoadBalancing::round_robin, 3, static_cast<std::size_t>(workers), 60,
                                     use * static_cast<double>(workers), 1, 200000, true);
      EXPECT_NEAR(takes_s / kWork - 1, seen.waited, 0.08 * seen.waited + 0.003) << workers << " workers, " << use;
    }
  }
}

// The chain is the one of exact_station where what comes is the first of a stream.
TEST(BalancedStation, WithOneReplicaIsAStation) {
  for (const double load : {0.001, 0.5, 2.5, 4.0, 30.0}) {
    const StationPoint exact = exact_station(3, 12, load);
    const StationPoint one = balanced_station(3, 12, load, {LoadBalancing::round_robin, 1, 1});
    EXPECT_NEAR(one.occupancy, exact.occupancy, 1e-9);
    EXPECT_NEAR(one.blocking, exact.blocking, 1e-9);
    EXPECT_NEAR(one.waits, exact.waits, 1e-9);
  }
}

TEST(BalancedStation, IsSoundAtAllLoads) {
  for (const LoadBalancing policy : {LoadBalancing::round_robin, LoadBalancing::least_requests}) {
    const StationTable table(4, 20, {policy, 3, 2});
    double before = 0;
    for (double load = 1e-7; load < 1e6; load *= 1.3) {
      const StationPoint p = table.at_load(load);
      EXPECT_GE(p.occupancy, before - 1e-6);
      EXPECT_LE(p.occupancy, 20 + 1e-6);
      EXPECT_LE(p.busy, 4 + 1e-6);
      before = p.occupancy;
    }
    EXPECT_NEAR(before, 20, 0.01);
  }
}

}  // namespace
}  // namespace firedrill::fake_services
