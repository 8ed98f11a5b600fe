// Few callers and several replicas against a simulation of them, one by one.
#include "fake_services/traffic/stations/few_callers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <queue>
#include <utility>
#include <vector>

#include "base/random.h"

namespace firedrill::fake_services {
namespace {

struct Called {
  int callers = 1;
  int replicas = 1;
  int workers = 1;
  int places = 1;        // workers and queue
  double rate = 1;       // of requests to callers, per second
  double elsewhere = 0;  // seconds that a caller works before it comes here; work here takes one second
  int groups = 1;        // of callers, each with its share of the requests
  double varies = 1;     // work: the square of its coefficient of variation; 1: it is exponential, else lognormal
  int busy_groups = 0;   // the first of the groups, for which such a share of the requests comes; 0: all get as many
  double busy_share = 0;
};

struct Seen {
  double offered = 0;  // to each replica, per second
  double full = 0;
  double occupancy = 0;
  double waits = 0;
  double waited = 0;  // seconds, of those that wait
};

Seen simulate(const Called& c, double span) {
  RandomStream random(1, "few callers");
  constexpr int kComes = -1;
  constexpr int kAsks = -2;
  struct Event {
    double at;
    int replica;    // that ends some work; or a request comes to the callers, or one of these asks
    int group = 0;  // of the caller
    bool operator<(const Event& other) const { return at > other.at; }
  };
  std::priority_queue<Event> events;
  const double s2 = std::log1p(c.varies);
  const auto work = [&] { return c.varies == 1 ? random.exponential(1) : random.lognormal(-s2 / 2, std::sqrt(s2)); };
  struct Replica {
    int busy = 0;
    std::deque<std::pair<double, int>> queue;  // since when, and of which group
  };
  std::vector<Replica> replicas(static_cast<std::size_t>(c.replicas));
  events.push({0, kComes});
  Seen seen;
  std::vector<int> outside(static_cast<std::size_t>(c.groups), 0);
  std::vector<int> under_way = outside;
  const auto begin = [&](double at, int group) {
    const auto g = static_cast<std::size_t>(group);
    for (; outside[g] > 0 && under_way[g] < c.callers / c.groups; --outside[g], ++under_way[g]) {
      events.push({c.elsewhere > 0 ? at + random.exponential(c.elsewhere) : at, kAsks, group});
    }
  };
  double came = 0, accepted = 0, waits = 0, waited = 0, there = 0, integral = 0, last = 0;
  while (events.top().at < span) {
    const Event e = events.top();
    events.pop();
    integral += there * (e.at - last);
    last = e.at;
    if (e.replica == kComes) {
      const bool busy = c.busy_groups > 0 && random.uniform() < c.busy_share;
      const int first = c.busy_groups > 0 && !busy ? c.busy_groups : 0;
      const int among = busy ? c.busy_groups : c.groups - first;
      const int group = first + static_cast<int>(random.below(static_cast<std::uint64_t>(among)));
      ++outside[static_cast<std::size_t>(group)];
      begin(e.at, group);
      events.push({e.at + random.exponential(1 / c.rate), kComes});
      continue;
    }
    if (e.replica == kAsks) {
      came += 1;
      const auto r = static_cast<int>(random.below(static_cast<std::uint64_t>(c.replicas)));
      Replica& p = replicas[static_cast<std::size_t>(r)];
      if (p.busy + static_cast<int>(p.queue.size()) >= c.places) {
        --under_way[static_cast<std::size_t>(e.group)];
        begin(e.at, e.group);
        continue;
      }
      accepted += 1;
      there += 1;
      if (p.busy < c.workers) {
        ++p.busy;
        events.push({e.at + work(), r, e.group});
      } else {
        p.queue.emplace_back(e.at, e.group);
      }
      continue;
    }
    Replica& p = replicas[static_cast<std::size_t>(e.replica)];
    there -= 1;
    --under_way[static_cast<std::size_t>(e.group)];
    if (p.queue.empty()) {
      --p.busy;
      begin(e.at, e.group);
      continue;
    }
    waits += 1;
    waited += e.at - p.queue.front().first;
    events.push({e.at + work(), e.replica, p.queue.front().second});
    p.queue.pop_front();
    begin(e.at, e.group);
  }
  seen.offered = came / span / c.replicas;
  seen.full = 1 - accepted / came;
  seen.occupancy = integral / span / c.replicas;
  seen.waits = waits / accepted;
  seen.waited = waits > 0 ? waited / waits : 0;
  return seen;
}

TEST(FewCallers, AreAsASimulationOfThem) {
  for (const Called& c :
       {Called{.callers = 2, .places = 2, .rate = 0.5}, Called{6, 4, 1, 1, 1.2, 1}, Called{3, 2, 1, 2, 0.9, 0},
        Called{12, 3, 2, 4, 3, 1}, Called{40, 2, 4, 60, 5, 2}, Called{5, 1, 2, 3, 1.2, 0.3}}) {
    const Seen seen = simulate(c, 200000);
    const auto about = ::testing::Message()
                       << c.callers << " callers, " << c.replicas << " replicas, places " << c.places;
    const FewCallers few = few_callers(c.workers, c.places, c.rate / c.replicas, c.callers, c.replicas, c.elsewhere);
    EXPECT_NEAR(few.offered, seen.offered, 0.02 * seen.offered) << about;
    EXPECT_NEAR(few.point.blocking, seen.full, 0.02 * seen.full + 0.001) << about;
    EXPECT_NEAR(few.point.occupancy, seen.occupancy, 0.03 * seen.occupancy) << about;
    EXPECT_NEAR(few.point.waits, seen.waits, 0.03 * seen.waits + 0.001) << about;
    // In units of work by workers.
    EXPECT_NEAR(few.point.waits * few.point.wait_mean / c.workers, seen.waits * seen.waited,
                0.03 * seen.waits * seen.waited + 0.001)
        << about;
  }
}

// What comes where so much is offered that as much comes as is known.
FewCallers with_offered(const Called& c, double offered) {
  double low = 0;
  double high = 1000;
  FewCallers few;
  for (int round = 0; round < 60; ++round) {
    const double middle = (low + high) / 2;
    few = few_callers(c.workers, c.places, middle, c.callers, c.replicas, c.elsewhere, c.groups);
    (few.offered < offered ? low : high) = middle;
  }
  return few;
}

// Whoever waits for its callee sends nothing else, while others do.
TEST(FewCallers, OfSeveralGroupsSendTheLessTheMoreAreUnderWay) {
  for (const Called& c :
       {Called{4, 1, 1, 4, 0.4, 0, 4}, Called{4, 1, 1, 4, 0.7, 1, 4}, Called{4, 1, 1, 4, 0.5, 2, 2},
        Called{12, 3, 2, 12, 3, 1, 4}, Called{8, 2, 1, 8, 1.2, 0.5, 8}, Called{6, 1, 1, 2, 0.6, 0, 3}}) {
    const Seen seen = simulate(c, 200000);
    const FewCallers few = with_offered(c, seen.offered);
    const auto about = ::testing::Message() << c.callers << " callers in " << c.groups << " groups, " << c.replicas
                                            << " replicas, places " << c.places << ", elsewhere " << c.elsewhere;
    EXPECT_NEAR(few.point.blocking, seen.full, 0.04 * seen.full + 0.001) << about;
    EXPECT_NEAR(few.point.occupancy, seen.occupancy, 0.06 * seen.occupancy) << about;
    EXPECT_NEAR(few.point.waits, seen.waits, 0.07 * seen.waits + 0.001) << about;
    EXPECT_NEAR(few.point.waits * few.point.wait_mean / c.workers, seen.waits * seen.waited,
                0.12 * seen.waits * seen.waited + 0.001)
        << about;
  }
}

// One that sends nearly all finds hardly any others there; it cannot wait behind itself.
TEST(FewCallers, WhoHardlySendAnythingHardlyCount) {
  for (const Called& c : {Called{4, 1, 1, 4, 0.55, 0, 4, 1, 1, 0.9}, Called{4, 1, 1, 4, 0.7, 1, 4, 1, 1, 0.95},
                          Called{7, 1, 1, 7, 0.45, 1, 7, 1, 3, 0.95}, Called{7, 3, 1, 7, 1.5, 1, 7, 1, 3, 0.8},
                          Called{12, 1, 2, 12, 1.2, 0, 12, 1, 4, 0.9}}) {
    const Seen seen = simulate(c, 200000);
    CallerGroups groups;
    groups.add(c.busy_groups, c.busy_groups, c.busy_share);
    groups.add(c.groups - c.busy_groups, c.groups - c.busy_groups, 1 - c.busy_share);
    Called alike = c;
    alike.callers = static_cast<int>(groups.callers());
    alike.groups = std::min(alike.callers, static_cast<int>(groups.count()));
    const FewCallers few = with_offered(alike, seen.offered);
    EXPECT_NEAR(few.point.waits * few.point.wait_mean / c.workers, seen.waits * seen.waited,
                0.15 * seen.waits * seen.waited + 0.12)
        << c.busy_groups << " of " << c.groups << " send " << c.busy_share << ", taken for " << alike.callers;
  }
}

// They cannot all come to wait behind one long request, as countless ones do.
TEST(FewCallers, WaitLessForWorkThatVariesMuchThanCountlessOnes) {
  for (const auto& [workers, callers] : {std::pair{1, 2}, {1, 4}, {1, 13}, {1, 30}, {3, 6}, {3, 12}}) {
    for (const double busy : {0.5, 0.9}) {
      Called c{.callers = callers, .workers = workers, .places = callers, .rate = busy * workers, .elsewhere = 1};
      const auto waits = [&](double varies) {
        c.varies = varies;
        const Seen seen = simulate(c, 200000);
        return seen.offered * seen.waits * seen.waited;  // how many
      };
      const double exponential = waits(1);
      const double room = callers - workers;
      for (const double varies : {4.0, 12.0}) {
        const double as_countless = std::min(5.0, (1 + varies) / 2);
        const double simulated = waits(varies) / exponential;
        const double longer = few_wait_longer(as_countless, room, exponential / room);
        const auto about = ::testing::Message() << callers << " callers, " << workers << " workers, busy " << busy
                                                << ", cv2 " << varies << ", simulated " << simulated;
        EXPECT_NEAR(longer, simulated, 0.4 * simulated) << about;
        EXPECT_LE(longer, as_countless) << about;
      }
    }
  }
}

TEST(FewCallers, AreLikeCountlessOnesWhereTheyAreMany) {
  const FewCallers few = few_callers(2, 10, 1.5, 5000, 1, 0.5);
  const StationPoint countless = exact_station(2, 10, few.offered);
  EXPECT_NEAR(few.point.occupancy, countless.occupancy, 0.005);
  EXPECT_NEAR(few.point.blocking, countless.blocking, 0.0005);
  EXPECT_NEAR(few.point.waits, countless.waits, 0.002);
}

}  // namespace
}  // namespace firedrill::fake_services
