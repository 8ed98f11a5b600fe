// Calls that a request makes one after the other to a service whose queue is short, against a simulation of just that:
// who comes back finds the place that it has just left.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <limits>
#include <queue>
#include <vector>

#include "base/random.h"
#include "fake_services/traffic/flow.h"
#include "shop.h"

namespace firedrill::fake_services {
namespace {

using namespace std::chrono_literals;

struct Rows {
  double times = 3;  // calls in a row; of a fraction, each request makes the whole number below or above
  double rate = 40;  // requests a second, each of which makes such a row
  double other = 0;  // requests a second that make one call, of another caller
  std::int64_t replicas = 1;
  std::int64_t workers = 6;
  std::int64_t room = 1;
  LoadBalancing choose = LoadBalancing::random;
  bool critical = true;      // else a row goes on whatever its calls end in
  double patience_s = 60;    // after which a row ends, and its call stays where it is
  std::int64_t retries = 0;  // of a call that is turned away, after a second
};

constexpr double kWork = 0.035;  // seconds, exponential

// Calls that are turned away, per second.
struct Seen {
  double rows = 0;
  double others = 0;  // of the other caller
};

Seen simulate(const Rows& c, double span) {
  RandomStream random(1, "calls in a row");
  struct Event {
    double at;
    std::size_t replica;     // that ends some work; beyond all replicas: a row begins, another call, or one more try
    int left;                // calls of the row after this one; the other caller's: none
    double asked = 0;        // when
    std::int64_t tries = 0;  // of that call, before
    bool operator<(const Event& other) const { return at > other.at; }
  };
  struct Replica {
    std::int64_t busy = 0;
    std::deque<Event> queue;
  };
  const auto count = static_cast<std::size_t>(c.replicas);
  const std::size_t row = count;
  const std::size_t other = count + 1;
  const std::size_t again = count + 2;
  constexpr int kOther = -1;
  std::priority_queue<Event> events;
  std::vector<Replica> replicas(count);
  std::vector<std::int64_t> owed(count, 0);  // to the caller that makes rows
  Seen seen;
  const auto choose = [&](bool rows) -> std::size_t {
    if (c.choose != LoadBalancing::least_requests || !rows) return random.below(count);
    const std::int64_t least = *std::ranges::min_element(owed);
    std::vector<std::size_t> open;
    for (std::size_t r = 0; r < count; ++r) {
      if (owed[r] == least) open.push_back(r);
    }
    return open[random.below(open.size())];
  };
  const auto begin = [&](double at, const Event& call) {
    events.push({at + random.exponential(kWork), call.replica, call.left, call.asked});
  };
  const auto ask = [&](double at, int left, std::int64_t tries) {
    for (;; --left, tries = 0) {
      const std::size_t r = choose(left != kOther);
      Replica& p = replicas[r];
      if (p.busy + std::ssize(p.queue) < c.workers + c.room) {
        if (left != kOther) ++owed[r];
        const Event call{at, r, left, at};
        if (p.busy >= c.workers) return p.queue.push_back(call);
        ++p.busy;
        return begin(at, call);
      }
      (left == kOther ? seen.others : seen.rows) += 1 / span;
      if (left != kOther && tries < c.retries) return events.push({at + 1, again, left, at, tries + 1});
      if (c.critical || left <= 0) return;
    }
  };
  events.push({0, row, 0});
  if (c.other > 0) events.push({0, other, 0});
  while (events.top().at < span) {
    const Event e = events.top();
    events.pop();
    if (e.replica == other) {
      ask(e.at, kOther, 0);
      events.push({e.at + random.exponential(1 / c.other), other, 0});
      continue;
    }
    if (e.replica == row) {
      const int whole = static_cast<int>(c.times);
      ask(e.at, whole - 1 + (random.uniform() < c.times - whole ? 1 : 0), 0);
      events.push({e.at + random.exponential(1 / c.rate), row, 0});
      continue;
    }
    if (e.replica == again) {
      ask(e.at, e.left, e.tries);
      continue;
    }
    Replica& p = replicas[e.replica];
    if (p.queue.empty()) {
      --p.busy;
    } else {
      begin(e.at, p.queue.front());
      p.queue.pop_front();
    }
    if (e.left != kOther) --owed[e.replica];
    if (e.left > 0 && e.at - e.asked < c.patience_s) ask(e.at, e.left - 1, 0);
  }
  return seen;
}

ServiceSpec caller(std::string name, double rate, double times, const Rows& c) {
  ServiceSpec s = service(std::move(name), 1, {"constant", 1ms, {}, {}, {}});
  s.concurrency = 2000;
  s.traffic.emplace();
  s.traffic->requests_per_second = rate;
  s.routes = {route("GET", "/", {}, {call("api", times)})};
  s.dependencies = {dependency("api", from_seconds(c.patience_s))};
  s.dependencies[0].pool.size = 2000;
  s.dependencies[0].critical = c.critical;
  s.dependencies[0].retries = {c.retries, 10, 1s};
  return s;
}

double errors_of(const Flow& flow, std::size_t service) {
  const ServiceModel& m = flow.model().services[service];
  double rate = 0;
  for (const ReplicaClass& k : flow.service(service).classes) {
    rate += k.rate[m.layout.code(0, m.edges[0].codes.slot(kQueueFull))] * static_cast<double>(k.replicas);
  }
  return rate;
}

Seen by_flow(const Rows& c) {
  Topology t;
  t.services = {caller("rows", c.rate, c.times, c)};
  if (c.other > 0) t.services.push_back(caller("others", c.other, 1, c));
  ServiceSpec api = service("api", c.replicas, {"exponential", {}, {}, {}, std::chrono::milliseconds(35)});
  api.concurrency = c.workers;
  api.queue = c.room;
  api.load_balancing = c.choose;
  t.services.push_back(api);
  complete(t);
  Flow flow(build_model(t, {}, {}), 1, Time{});
  flow.settle(Time{});
  Time now{};
  for (int i = 0; i < 200; ++i) {
    now = flow.begin_step(now, now + 15s);
    flow.end_step(now);
  }
  flow.begin_step(now, now + 15s);
  return {errors_of(flow, 0), c.other > 0 ? errors_of(flow, 1) : 0};
}

TEST(CallsInARow, FindThePlaceThatTheyHaveJustLeft) {
  constexpr auto kLeast = LoadBalancing::least_requests;
  for (const Rows& c : {Rows{}, Rows{.rate = 70}, Rows{.times = 1}, Rows{.times = 2.4, .room = 0},
                        Rows{.replicas = 3, .workers = 2}, Rows{.rate = 70, .replicas = 3, .workers = 2},
                        Rows{.rate = 60, .replicas = 3, .workers = 2, .room = 0, .choose = kLeast},
                        Rows{.times = 8, .rate = 15, .workers = 4}, Rows{.rate = 20, .other = 60},
                        Rows{.rate = 30, .other = 30, .replicas = 2, .workers = 3, .room = 0}, Rows{.critical = false},
                        Rows{.rate = 25, .critical = false, .retries = 1},
                        Rows{.rate = 22, .replicas = 2, .workers = 3, .critical = false, .retries = 1}}) {
    const Seen simulated = simulate(c, 20000);
    const Seen flow = by_flow(c);
    const auto about = ::testing::Message()
                       << c.times << " calls in a row, " << c.rate << " + " << c.other << " a second, " << c.replicas
                       << " x " << c.workers << " workers, queue " << c.room;
    EXPECT_NEAR(flow.rows, simulated.rows, 0.05 * simulated.rows + 0.02) << about;
    EXPECT_NEAR(flow.others, simulated.others, 0.05 * simulated.others + 0.02) << about;
  }
}

// Those that are turned away together try again together, and find the queue full more often than by chance.
TEST(CallsInARow, ThatTryAgainTogetherAreTurnedAwayTogether) {
  const Rows rows{.critical = false, .retries = 1};
  const Seen simulated = simulate(rows, 20000);
  const Seen flow = by_flow(rows);
  EXPECT_LE(flow.rows, simulated.rows);
  EXPECT_GE(flow.rows, 0.65 * simulated.rows);
}

}  // namespace
}  // namespace firedrill::fake_services
