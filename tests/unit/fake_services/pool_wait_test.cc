// The wait for a connection by the law of the times for which connections are held, against a simulation, caller by
// caller.
#include "fake_services/traffic/stations/pool_wait.h"

#include <gtest/gtest.h>

#include <cmath>
#include <deque>
#include <queue>
#include <string>
#include <vector>

#include "base/random.h"

namespace firedrill::fake_services {
namespace {

// Connections are held for a second on average: by a lognormal law of that variation (0: just a second; 1:
// exponential), or a share for so long and the others for an exponential time.
struct Held {
  double variation = 0;
  double share = 0;
  double long_s = 0;

  double others_s() const { return (1 - share * long_s) / (1 - share); }
  double draw(RandomStream& random) const {
    if (share > 0) return random.uniform() < share ? long_s : random.exponential(others_s());
    if (variation == 1) return random.exponential(1);
    const double s2 = std::log1p(variation);
    return variation > 0 ? random.lognormal(-s2 / 2, std::sqrt(s2)) : 1.0;
  }
  Times law() const {
    Times law;
    if (share > 0) {
      law.add(share, long_s);
      law.add(1 - share, Times(Distribution::exponential(others_s())));
    } else if (variation == 1) {
      law.add(1, Times(Distribution::exponential(1)));
    } else {
      law.add(1, Times(Distribution::lognormal({1, variation})));
    }
    return law;
  }
};

struct Case {
  int connections = 1;
  int callers = 1;
  double asked = 1;  // requests to callers a second, for each connection
  double patience_s = 1;
  double elsewhere_s = 0;  // at work before it asks, on average
  Held held;
};

struct Seen {
  double come = 0;  // that ask for a connection, a second
  double gives_up = 0;
  double waits = 0;   // of those that get one
  double waited = 0;  // seconds, of these, zero waits included
  double elsewhere = 0;
};

class Simulated {
 public:
  explicit Simulated(const Case& c) : case_(c), random_(7, "pool wait") {}
  Seen run(int callers);

 private:
  enum Kind { comes, asks, ends, gives_up };
  struct Event {
    double at;
    Kind kind;
    std::size_t caller;
    bool operator<(const Event& other) const { return at > other.at; }
  };
  void begin() {
    for (; outside_ > 0 && under_way_ < case_.callers; --outside_, ++under_way_) {
      events_.push({now_ + (case_.elsewhere_s > 0 ? random_.exponential(case_.elsewhere_s) : 0), asks, 0});
    }
  }
  void hold(double waited) {
    served_ += 1;
    waits_ += waited > 0 ? 1 : 0;
    waited_ += waited;
    ++in_use_;
    events_.push({now_ + case_.held.draw(random_), ends, 0});
  }
  void leave() {
    --under_way_;
    begin();
  }
  void ask();
  void end();

  const Case& case_;
  RandomStream random_;
  std::priority_queue<Event> events_;
  std::vector<double> asked_at_;  // by caller that has waited
  std::vector<bool> waiting_;
  std::deque<std::size_t> line_;
  double now_ = 0;
  int outside_ = 0, under_way_ = 0, in_use_ = 0;
  double asked_ = 0, served_ = 0, waits_ = 0, waited_ = 0, gone_ = 0;
};

void Simulated::ask() {
  asked_ += 1;
  if (in_use_ < case_.connections) return hold(0);
  line_.push_back(waiting_.size());
  events_.push({now_ + case_.patience_s, gives_up, waiting_.size()});
  waiting_.push_back(true);
  asked_at_.push_back(now_);
}

void Simulated::end() {
  --in_use_;
  for (bool taken = false; !taken && !line_.empty(); line_.pop_front()) {
    taken = waiting_[line_.front()];
    if (!taken) continue;
    waiting_[line_.front()] = false;
    hold(now_ - asked_at_[line_.front()]);
  }
  leave();
}

Seen Simulated::run(int callers) {
  events_.push({0, comes, 0});
  double under_way = 0, there = 0;
  while (asked_ < callers) {
    const Event e = events_.top();
    events_.pop();
    const double passed = e.at - now_;
    under_way += passed * under_way_;
    for (const std::size_t w : line_) there += waiting_[w] ? passed : 0;
    there += passed * in_use_;
    now_ = e.at;
    if (e.kind == comes) {
      if (outside_ < 1000) ++outside_;
      events_.push({now_ + random_.exponential(1 / (case_.asked * case_.connections)), comes, 0});
      begin();
    } else if (e.kind == asks) {
      ask();
    } else if (e.kind == ends) {
      end();
    } else if (waiting_[e.caller]) {
      waiting_[e.caller] = false;
      gone_ += 1;
      leave();
    }
  }
  return {asked_ / now_, gone_ / (gone_ + served_), waits_ / served_, waited_ / served_, (under_way - there) / asked_};
}

// By few callers and countless ones, short patience and long, times that do not vary and times that vary much.
TEST(PoolWait, IsAsSimulated) {
  const std::vector<Held> laws = {{0}, {0.3}, {1}, {4}, {12}, {.share = 0.02, .long_s = 20}};
  double off = 0;
  int cases = 0;
  for (const Held& held : laws) {
    for (const auto& [connections, callers] :
         {std::pair{1, 2}, {1, 4}, {1, 1000}, {2, 4}, {4, 6}, {4, 12}, {10, 1000}}) {
      for (const double asked : {0.6, 1.2}) {
        for (const double patience : {1.4, 6.0}) {
          const Case c{connections, callers, asked, patience / connections, callers < 1000 ? 1.0 : 0.0, held};
          const Seen seen = Simulated(c).run(40000);
          const Moments time = held.law().moments();
          const PoolLoad load{.arrivals = seen.come,
                              .holding_s = 1,
                              .patience_s = c.patience_s,
                              .population = static_cast<double>(callers),
                              .holding_variation = time.variance,
                              .elsewhere_s = callers < 1000 ? seen.elsewhere : 0};
          ASSERT_TRUE(can_follow(connections, load));
          const PoolState flow = wait_for_connection(connections, load, residual(held.law()));
          const std::string about = std::to_string(connections) + " connections, " + std::to_string(callers) +
                                    " callers, asked " + std::to_string(asked) + ", patience " +
                                    std::to_string(c.patience_s) + ", variation " + std::to_string(time.variance);
          // Two callers whose times do not vary never wait for longer than such a time.
          const double off_by = held.variation > 0 || held.share > 0 ? 0.03 : 0.06;
          EXPECT_NEAR(flow.gives_up, seen.gives_up, 0.15 * seen.gives_up + off_by) << about;
          EXPECT_NEAR(flow.waits, seen.waits, 0.15 * seen.waits + 0.02) << about;
          EXPECT_NEAR(flow.wait.mean, seen.waited, 0.2 * seen.waited + 0.05) << about;
          EXPECT_NEAR(wait_of(flow).mean(), flow.wait.mean, 0.02 * flow.wait.mean + 1e-3) << about;
          off += std::abs(flow.gives_up - seen.gives_up);
          ++cases;
        }
      }
    }
  }
  EXPECT_LT(off / cases, 0.006);
}

// One connection, exponential times, countless callers: as in closed form.
TEST(PoolWait, OfExponentialTimesIsAsInClosedForm) {
  const Times left = residual(Times(Distribution::exponential(1)));
  for (const std::int64_t connections : {1, 3, 8}) {
    const StationTable loss(connections - 1, connections - 1);
    for (const double use : {0.5, 0.9, 1.0, 1.5}) {
      for (const double patience : {0.3, 2.0}) {
        const PoolLoad load{use * static_cast<double>(connections), 1, patience, 1e9};
        const PoolState closed = pool_state(static_cast<double>(connections), loss, load);
        const PoolState flow = wait_for_connection(connections, load, left);
        EXPECT_NEAR(flow.gives_up, closed.gives_up, 0.02 * closed.gives_up + 1e-3);
        EXPECT_NEAR(flow.waits, closed.waits, 0.02 * closed.waits);
        EXPECT_NEAR(flow.wait.mean, closed.wait.mean, 0.03 * closed.wait.mean);
      }
    }
  }
}

TEST(PoolWait, StaysFiniteWhateverIsAsked) {
  const Times left = residual(Times(Distribution::exponential(0.1)));
  for (const double arrivals : {1e-9, 1.0, 100.0, 1e4, 1e7}) {
    for (const double patience : {0.0, 0.001, 1.0, 3600.0}) {
      for (const double population : {11.0, 64.0, 1e6}) {
        for (const double elsewhere : {0.0, 5.0}) {
          const PoolLoad load{arrivals, 0.1, patience, population, 1, elsewhere};
          if (!can_follow(10, load)) continue;
          const PoolState p = wait_for_connection(10, load, left);
          EXPECT_TRUE(std::isfinite(p.gives_up) && std::isfinite(p.wait.mean) && std::isfinite(p.wait.variance));
          EXPECT_TRUE(std::isfinite(p.decline) && p.waits >= 0 && p.waits <= 1 && p.gives_up >= 0);
          EXPECT_LE(p.wait.mean, patience + 1e-9);
        }
      }
    }
  }
}

}  // namespace
}  // namespace firedrill::fake_services
