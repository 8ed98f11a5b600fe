// The wait for a connection of a replica whose few callers can all be at it, or at replicas beside it, against a
// simulation of them, one by one.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <queue>
#include <vector>

#include "base/random.h"
#include "fake_services/traffic/stations/pool_wait.h"

namespace firedrill::fake_services {
namespace {

struct Case {
  int callers = 1;
  int replicas = 1;
  int workers = 1;      // of each replica, and its connections
  int connections = 1;  // each of which is held for an exponential time, a second on average
  double rate = 1;      // of requests to the callers, a second
  double patience_s = 1;
  double elsewhere_s = 0;  // at work before it asks for a connection
};

struct Seen {
  double asked = 0;  // for a connection of each replica, a second
  double gives_up = 0;
  double waited = 0;     // seconds, of those that get one, zero waits included
  double elsewhere = 0;  // mean number under way, but for those that wait for a connection of one replica or have it
};

class Simulated {
 public:
  explicit Simulated(const Case& c) : case_(c), random_(3, "shared callers"), replicas_(c.replicas) {}
  Seen run(double span);

 private:
  enum Kind { comes, asks, ends, gives_up };
  struct Event {
    double at;
    Kind kind;
    std::size_t replica;
    std::size_t waiting;
    bool operator<(const Event& other) const { return at > other.at; }
  };
  struct Replica {
    int busy = 0, queue = 0, in_use = 0, waiting = 0;
    std::deque<std::size_t> line;
  };
  void begin() {
    for (; outside_ > 0 && under_way_ < case_.callers; --outside_, ++under_way_) {
      const auto r = static_cast<std::size_t>(random_.below(replicas_.size()));
      replicas_[r].busy < case_.workers ? work(r) : void(++replicas_[r].queue);
    }
  }
  void work(std::size_t r) {
    ++replicas_[r].busy;
    events_.push({now_ + (case_.elsewhere_s > 0 ? random_.exponential(case_.elsewhere_s) : 0), asks, r, 0});
  }
  void hold(std::size_t r, double waited) {
    served_ += 1;
    waited_ += waited;
    ++replicas_[r].in_use;
    events_.push({now_ + random_.exponential(1), ends, r, 0});
  }
  void leave(std::size_t r) {
    --replicas_[r].busy;
    --under_way_;
    if (replicas_[r].queue > 0) {
      --replicas_[r].queue;
      work(r);
    }
    begin();
  }
  void ask(std::size_t r) {
    asked_ += 1;
    if (replicas_[r].in_use < case_.connections) return hold(r, 0);
    replicas_[r].line.push_back(since_.size());
    ++replicas_[r].waiting;
    events_.push({now_ + case_.patience_s, gives_up, r, since_.size()});
    since_.push_back(now_);
    there_.push_back(true);
  }
  void end(std::size_t r) {
    Replica& p = replicas_[r];
    --p.in_use;
    while (!p.line.empty()) {
      const std::size_t w = p.line.front();
      p.line.pop_front();
      if (!there_[w]) continue;
      there_[w] = false;
      --p.waiting;
      hold(r, now_ - since_[w]);
      break;
    }
    leave(r);
  }

  const Case& case_;
  RandomStream random_;
  std::vector<Replica> replicas_;
  std::priority_queue<Event> events_;
  std::vector<double> since_;  // by who has waited
  std::vector<bool> there_;
  double now_ = 0;
  int outside_ = 0, under_way_ = 0;
  double asked_ = 0, served_ = 0, waited_ = 0, gone_ = 0;
};

Seen Simulated::run(double span) {
  events_.push({0, comes, 0, 0});
  double elsewhere = 0;
  while (events_.top().at < span) {
    const Event e = events_.top();
    events_.pop();
    elsewhere += (e.at - now_) * (under_way_ - replicas_[0].in_use - replicas_[0].waiting);
    now_ = e.at;
    if (e.kind == comes) {
      ++outside_;
      events_.push({now_ + random_.exponential(1 / case_.rate), comes, 0, 0});
      begin();
    } else if (e.kind == asks) {
      ask(e.replica);
    } else if (e.kind == ends) {
      end(e.replica);
    } else if (there_[e.waiting]) {
      there_[e.waiting] = false;
      --replicas_[e.replica].waiting;
      gone_ += 1;
      leave(e.replica);
    }
  }
  return {asked_ / now_ / case_.replicas, gone_ / asked_, waited_ / served_, elsewhere / now_};
}

// As many callers as replicas do not mean one caller for each.
TEST(SharedCallers, CanAllBeAtOneReplica) {
  for (const Case& c : {Case{4, 4, 3, 1, 2, 0.8, 0.2}, Case{4, 4, 3, 1, 2, 2, 1}, Case{4, 2, 4, 1, 1.5, 1, 0.5},
                        Case{6, 3, 2, 1, 2, 1, 0}, Case{12, 3, 6, 2, 5, 0.7, 0.5}}) {
    const Seen seen = Simulated(c).run(40000);
    const PoolLoad load{.arrivals = seen.asked,
                        .holding_s = 1,
                        .patience_s = c.patience_s,
                        .population = static_cast<double>(std::min(c.workers, c.callers)),
                        .elsewhere_s = seen.elsewhere / seen.asked,
                        .callers = static_cast<double>(c.callers)};
    const PoolState flow = wait_for_connection(c.connections, load, residual(Times(Distribution::exponential(1))));
    const auto about = testing::Message()
                       << c.callers << " callers, " << c.replicas << " replicas, " << c.workers << " workers, "
                       << c.connections << " connections: simulated " << seen.gives_up << ", flow " << flow.gives_up;
    EXPECT_GT(seen.gives_up, 0.01) << about;
    EXPECT_NEAR(flow.gives_up, seen.gives_up, 0.15 * seen.gives_up + 0.03) << about;
    EXPECT_NEAR(flow.wait.mean, seen.waited, 0.2 * seen.waited + 0.05) << about;
  }
}

}  // namespace
}  // namespace firedrill::fake_services
