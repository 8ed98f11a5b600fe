// Two services in a row, against a simulation request by request: an approximation this time (service times of the
// caller depend on the callee), so the tolerances are stated and not standard errors.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <queue>
#include <vector>

#include "base/random.h"
#include "shop.h"

namespace firedrill::fake_services {
namespace {

using namespace std::chrono_literals;

struct Pair {
  const char* name;
  double arrivals;     // per second
  int workers, queue;  // of the caller
  double own;          // mean own time of the caller, exponential
  int pool;
  double acquire, timeout;  // seconds
  int callee_workers, callee_queue;
  double callee_own;
};

struct Outcome {
  double ok = 0, failed = 0;  // shares of all requests
  double mean = 0;            // of the answered 200
  double p50 = 0, p95 = 0;
  double callee_busy = 0;
};

// Events: a time, what, and whom.
enum class What { arrival, own_done, acquire_over, answer, attempt_over };
struct Event {
  double t;
  What what;
  int request;
  bool operator>(const Event& other) const { return t > other.t; }
};

class Simulation {
 public:
  Simulation(const Pair& s, std::uint64_t seed) : s_(s), chance_(seed, s.name) {}

  Outcome run(double span) {
    span_ = span;
    add(chance_.exponential(1 / s_.arrivals), What::arrival, 0);
    while (!events_.empty() && events_.top().t < span) {
      const Event e = events_.top();
      events_.pop();
      now_ = e.t;
      handle(e);
    }
    std::ranges::sort(times_);
    Outcome o;
    const double all = static_cast<double>(times_.size()) + failed_;
    o.ok = static_cast<double>(times_.size()) / all;
    o.failed = failed_ / all;
    for (const double t : times_) o.mean += t / static_cast<double>(times_.size());
    o.p50 = times_[times_.size() / 2];
    o.p95 = times_[times_.size() * 95 / 100];
    o.callee_busy = callee_held_ / span;
    return o;
  }

 private:
  struct Request {
    double arrived = 0;
    bool calling = false;  // holds a connection
    bool waiting = false;  // for one
    bool given_up = false;
  };
  void add(double t, What what, int request) { events_.push({t, what, request}); }
  void handle(const Event& e) {
    Request* r = e.what == What::arrival ? nullptr : &requests_[static_cast<std::size_t>(e.request)];
    switch (e.what) {
      case What::arrival:
        add(now_ + chance_.exponential(1 / s_.arrivals), What::arrival, 0);
        requests_.push_back({now_, false, false, false});
        if (busy_ < s_.workers) {
          start(static_cast<int>(requests_.size()) - 1);
        } else if (static_cast<int>(queue_.size()) < s_.queue) {
          queue_.push_back(static_cast<int>(requests_.size()) - 1);
        } else {
          fail();
        }
        break;
      case What::own_done:
        if (connections_ < s_.pool) {
          call(e.request);
        } else {
          r->waiting = true;
          pool_.push_back(e.request);
          add(now_ + s_.acquire, What::acquire_over, e.request);
        }
        break;
      case What::acquire_over:
        if (r->waiting) {
          r->waiting = false;
          std::erase(pool_, e.request);
          finish(e.request, false);
        }
        break;
      case What::answer:
        callee_done();
        if (r->calling) release(e.request, true);
        break;
      case What::attempt_over:
        if (r->calling) release(e.request, false);
        break;
    }
  }
  void start(int id) {
    ++busy_;
    add(now_ + chance_.exponential(s_.own), What::own_done, id);
  }
  void call(int id) {
    ++connections_;
    requests_[static_cast<std::size_t>(id)].calling = true;
    if (callee_busy_ < s_.callee_workers) {
      callee_start(id);
    } else if (static_cast<int>(callee_queue_.size()) < s_.callee_queue) {
      callee_queue_.push_back(id);
    } else {
      release(id, false);
      return;
    }
    add(now_ + s_.timeout, What::attempt_over, id);
  }
  void callee_start(int id) {
    ++callee_busy_;
    const double t = chance_.exponential(s_.callee_own);
    callee_held_ += t;
    add(now_ + t, What::answer, id);
  }
  void callee_done() {
    --callee_busy_;
    if (callee_queue_.empty()) return;
    const int id = callee_queue_.front();
    callee_queue_.pop_front();
    callee_start(id);
  }
  void release(int id, bool ok) {
    requests_[static_cast<std::size_t>(id)].calling = false;
    --connections_;
    finish(id, ok);
    while (!pool_.empty() && connections_ < s_.pool) {
      const int next = pool_.front();
      pool_.pop_front();
      requests_[static_cast<std::size_t>(next)].waiting = false;
      call(next);
    }
  }
  void finish(int id, bool ok) {
    --busy_;
    if (!ok) {
      fail();
    } else if (now_ > span_ / 10) {
      times_.push_back(now_ - requests_[static_cast<std::size_t>(id)].arrived);
    }
    if (queue_.empty()) return;
    const int next = queue_.front();
    queue_.pop_front();
    start(next);
  }
  void fail() { failed_ += now_ > span_ / 10 ? 1 : 0; }

  Pair s_;
  RandomStream chance_;
  double now_ = 0, span_ = 0, failed_ = 0, callee_held_ = 0;
  int busy_ = 0, connections_ = 0, callee_busy_ = 0;
  std::deque<int> queue_, pool_, callee_queue_;
  std::vector<Request> requests_;
  std::vector<double> times_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
};

Outcome flow(const Pair& s) {
  WorldSpec spec;
  ServiceSpec web = service("web", 1, {"exponential", {}, {}, {}, from_seconds(s.own)});
  web.concurrency = s.workers;
  web.queue = s.queue;
  web.routes = {route("GET", "/", {}, {call("api")})};
  web.dependencies = {dependency("api", from_seconds(s.timeout))};
  web.dependencies[0].pool = {s.pool, from_seconds(s.acquire)};
  web.traffic.emplace();
  web.traffic->requests_per_second = s.arrivals;
  ServiceSpec api = service("api", 1, {"exponential", {}, {}, {}, from_seconds(s.callee_own)});
  api.concurrency = s.callee_workers;
  api.queue = s.callee_queue;
  spec.topology.services = {web, api};
  complete(spec.topology);
  spec.start = spec.origin = *parse_instant("2026-03-03T00:00:00Z");
  Drill drill(std::move(spec));
  drill.run_for(10min);
  const double before = drill.value("api", "process_cpu_seconds_total");
  drill.run_for(60min);
  const ServiceMinute truth = drill.truth("web", 60);
  Outcome o;
  o.failed = truth.errors / truth.requests;
  o.ok = 1 - o.failed;
  if (o.failed < 0.01) {  // the histogram has the failures too
    o.mean = drill.value("web", "http_request_duration_seconds_sum") /
             drill.value("web", "http_request_duration_seconds_count");
    o.p50 = latency_quantile(truth.latency, 0.5);
    o.p95 = latency_quantile(truth.latency, 0.95);
  }
  o.callee_busy =
      (drill.value("api", "process_cpu_seconds_total") - before - 0.005 * 3600) / 3600 / 0.001 * s.callee_own;
  return o;
}

TEST(Network, AgreesWithSimulation) {
  const std::vector<Pair> setups = {
      {"light", 50, 32, 64, 0.010, 16, 1, 2, 8, 64, 0.020},
      {"callee busy", 300, 64, 64, 0.010, 64, 1, 2, 8, 200, 0.020},
      {"callee nearly full", 380, 128, 64, 0.010, 128, 1, 2, 8, 200, 0.020},
      {"pool short", 90, 64, 64, 0.010, 10, 1, 2, 64, 64, 0.100},
      {"pool overloaded", 150, 200, 64, 0.010, 10, 1, 2, 64, 64, 0.100},
      {"callee overloaded", 600, 400, 64, 0.010, 300, 1, 2, 8, 100, 0.020},
      {"time-outs", 60, 64, 64, 0.010, 64, 1, 0.25, 64, 64, 0.200},
      {"caller full", 400, 16, 16, 0.010, 16, 1, 2, 32, 64, 0.050},
  };
  for (const Pair& s : setups) {
    const Outcome exact = Simulation(s, 5).run(1200);
    const Outcome got = flow(s);
    EXPECT_NEAR(got.failed, exact.failed, 0.005) << s.name;
    EXPECT_NEAR(got.callee_busy, exact.callee_busy, 0.02 * exact.callee_busy) << s.name;
    if (exact.failed > 0.01) continue;
    EXPECT_NEAR(got.mean, exact.mean, 0.06 * exact.mean) << s.name;
    EXPECT_NEAR(got.p50, exact.p50, 0.07 * exact.p50) << s.name;
    EXPECT_NEAR(got.p95, exact.p95, 0.12 * exact.p95) << s.name;
  }
}

}  // namespace
}  // namespace firedrill::fake_services
