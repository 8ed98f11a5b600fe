// Calls that are waited for in vain: when they are counted, when they are made again, and who is told so.
#include "fake_services/traffic/calls_under_way.h"

#include <gtest/gtest.h>

#include "base/maths.h"
#include "fake_services/traffic/flow.h"
#include "shop.h"

namespace firedrill::fake_services {
namespace {

using namespace std::chrono_literals;

constexpr double kRate = 40;  // requests a second

// a has room for all that it waits for, at b.
Topology two_services(DependencyRetries retries) {
  Topology t;
  ServiceSpec a = service("a", 2, {"exponential", {}, {}, {}, 5ms});
  a.concurrency = 3000;
  a.traffic.emplace();
  a.traffic->requests_per_second = kRate;
  a.traffic->timeout = 60s;
  a.routes = {route("GET", "/", {}, {call("b")})};
  a.dependencies = {dependency("b", 20s)};
  a.dependencies[0].pool.size = 3000;
  a.dependencies[0].retries = retries;
  ServiceSpec b = service("b", 2, {"exponential", {}, {}, {}, 5ms});
  b.concurrency = 20000;
  t.services = {a, b};
  complete(t);
  return t;
}

// What a counts in a stretch of time, per second, over all its replicas.
struct Counted {
  double answers = 0;    // of b
  double time_outs = 0;  // of calls of b
  double failures = 0;   // 504s of its own
  double requests = 0;   // that are answered
  double given_up = 0;   // by clients from outside, of b
};

class CallsOverTime {
 public:
  explicit CallsOverTime(const Topology& topology) : flow_(build_model(topology, {}, {}), 1, Time{}) {}

  // A share of what comes to b is never answered.
  void hang(double share) {
    std::vector<TrafficConditions> conditions(flow_.replicas(1), flow_.neutral_conditions(1));
    for (TrafficConditions& c : conditions) c.routes[0].silent = share;
    flow_.set_traffic_conditions(1, conditions);
    flow_.disturb();
  }
  Counted during(Duration length) {
    const Time begin = now_;
    Counted sum;
    while (now_ < begin + length) {
      const Time from = now_;
      now_ = flow_.begin_step(from, begin + length);
      add(sum, to_seconds(now_ - from) / to_seconds(length));
      flow_.end_step(now_);
    }
    return sum;
  }

 private:
  void add(Counted& sum, double weight) {
    const ServiceModel& m = flow_.model().services[0];
    for (const ReplicaClass& k : flow_.service(0).classes) {
      const double times = weight * static_cast<double>(k.replicas);
      sum.time_outs += times * k.rate[m.layout.outcome(0, CallOutcome::timeout)];
      for (std::size_t i = 0; i < m.edges[0].codes.list.size(); ++i) sum.answers += times * k.rate[m.layout.code(0, i)];
      for (std::size_t slot = 0; slot < m.layout.slots; ++slot) {
        for (std::size_t b = 0; b < m.layout.buckets; ++b) {
          const double rate = times * k.rate[m.layout.response(0, slot) + b];
          sum.requests += rate;
          if (m.codes.list[slot] == 504) sum.failures += rate;
        }
      }
    }
    sum.given_up += weight * flow_.service(1).outside_unanswered;
  }

  Flow flow_;
  Time now_{};
};

TEST(CallsUnderWay, TimeOutWhenTheirTimeIsOver) {
  CallsOverTime run(two_services({}));
  EXPECT_NEAR(run.during(1min).answers, kRate, 1e-6);
  run.hang(1);
  const Counted waits = run.during(20s);
  EXPECT_EQ(waits.time_outs, 0);
  EXPECT_EQ(waits.failures, 0);
  EXPECT_NEAR(waits.answers, 0, 0.02 * kRate);
  const Counted told = run.during(10s);
  EXPECT_NEAR(told.time_outs, kRate, 0.01 * kRate);
  EXPECT_NEAR(told.failures, kRate, 0.01 * kRate);
  run.hang(0);
  const Counted later = run.during(20s);
  EXPECT_NEAR(later.time_outs, kRate, 0.01 * kRate);
  EXPECT_NEAR(later.failures, kRate, 0.01 * kRate);
  EXPECT_NEAR(later.answers, kRate, 0.01 * kRate);
  const Counted after = run.during(1min);
  EXPECT_NEAR(after.time_outs, 0, 1e-3);
  EXPECT_NEAR(after.failures, 0, 1e-3 * kRate);
  EXPECT_NEAR(after.answers, kRate, 1e-3);
}

// As many requests fail as calls that they have made, and none is answered twice: a hang of a minute, time-outs of 20
// s.
TEST(CallsUnderWay, FailTheRequestsThatMadeThem) {
  CallsOverTime run(two_services({}));
  run.during(1min);
  run.hang(1);
  const Counted hanging = run.during(1min);
  run.hang(0);
  const Counted after = run.during(1min);
  EXPECT_NEAR(hanging.time_outs + after.time_outs, kRate, 0.005 * kRate);
  EXPECT_NEAR(hanging.failures + after.failures, kRate, 0.005 * kRate);
  EXPECT_NEAR(hanging.requests + after.requests, 2 * kRate, 0.005 * kRate);
}

// Twice more, each after a time-out: as many time-outs are told after 20 s, and twice and three times as many later.
TEST(CallsUnderWay, AreMadeAgainOnceTheyHaveTimedOut) {
  CallsOverTime run(two_services({.max = 2, .budget = 9, .backoff = 1ms}));
  run.during(1min);
  run.hang(1);
  EXPECT_EQ(run.during(20s).time_outs, 0);
  EXPECT_NEAR(run.during(20s).time_outs, kRate, 0.03 * kRate);
  const Counted twice = run.during(20s);
  EXPECT_NEAR(twice.time_outs, 2 * kRate, 0.03 * kRate);
  EXPECT_NEAR(twice.failures, 0, 0.01 * kRate);
  const Counted all = run.during(1min);
  EXPECT_NEAR(all.time_outs, 3 * kRate, 0.03 * kRate);
  EXPECT_NEAR(all.failures, kRate, 0.03 * kRate);
}

// All are made again when nothing hangs any more, and succeed: and so do the requests that made them.
TEST(CallsUnderWay, ThatSucceedAtLastFailNoRequest) {
  CallsOverTime run(two_services({.max = 1, .budget = 9, .backoff = 1ms}));
  run.during(1min);
  run.hang(1);
  Counted sum = run.during(5s);
  EXPECT_NEAR(sum.requests, 0, 0.03 * kRate);
  run.hang(0);
  const Counted after = run.during(55s);
  EXPECT_NEAR(after.time_outs * 55, 5 * kRate, 0.02 * 5 * kRate);
  EXPECT_NEAR(after.failures * 55, 0, 0.05 * 5 * kRate);
  EXPECT_NEAR(after.requests * 55, 60 * kRate, 0.01 * 60 * kRate);
}

// A hang of a minute, and two retries after time-outs of 20 s: who begins in its last 40 s is answered well at last.
TEST(CallsUnderWay, FailWhomNothingSaves) {
  CallsOverTime run(two_services({.max = 2, .budget = 9, .backoff = 1ms}));
  run.during(1min);
  run.hang(1);
  const Counted hanging = run.during(1min);
  run.hang(0);
  const Counted after = run.during(2min);
  EXPECT_NEAR(hanging.failures * 60 + after.failures * 120, 20 * kRate, 0.1 * 20 * kRate);
  EXPECT_NEAR(hanging.requests * 60 + after.requests * 120, 180 * kRate, 0.01 * 180 * kRate);
}

// Clients from outside give up as late as they do.
TEST(CallsUnderWay, OfClientsAreGivenUpAfterTheirPatience) {
  Topology t = two_services({});
  t.services[1].traffic = t.services[0].traffic;
  t.services[1].traffic->timeout = 15s;
  CallsOverTime run(t);
  run.during(1min);
  run.hang(1);
  EXPECT_EQ(run.during(15s).given_up, 0);
  EXPECT_NEAR(run.during(15s).given_up, kRate, 0.01 * kRate);
  run.hang(0);
  EXPECT_NEAR(run.during(15s).given_up, kRate, 0.01 * kRate);
  EXPECT_NEAR(run.during(15s).given_up, 0, 1e-6);
}

// c refuses for two seconds, at one of three: the pool that a has for b is taken by hardly more than nobody, and when
// all is over nobody is left at a.
TEST(CallsUnderWay, LeaveNobodyBehind) {
  Topology t = two_services({});
  t.services[0].dependencies[0].pool = {.size = 10, .acquire_timeout = 500ms};
  t.services[1].routes = {route("GET", "/", {}, {call("c")})};
  t.services[1].dependencies = {dependency("c", 10s)};
  t.services[1].dependencies[0].pool.size = 10000;
  ServiceSpec c = service("c", 3, {"exponential", {}, {}, {}, 5ms});
  c.concurrency = 10000;
  t.services.push_back(c);
  complete(t);
  Flow flow(build_model(t, {}, {}), 1, Time{});
  Time now{};
  const auto go_on = [&](Duration length) {
    for (const Time end = now + length; now < end;) {
      now = flow.begin_step(now, end);
      flow.end_step(now);
    }
  };
  const auto refuse = [&](double share) {
    std::vector<TrafficConditions> conditions(3, flow.neutral_conditions(2));
    for (RequestConditions& route : conditions[0].routes) route.refuse(share);
    flow.set_traffic_conditions(2, conditions);
    flow.disturb();
  };
  go_on(1min);
  const double usual = in_flight(flow.class_of(0, 0));
  refuse(1);
  go_on(2s);
  refuse(0);
  go_on(2min);
  EXPECT_NEAR(in_flight(flow.class_of(0, 0)), usual, 0.05 * usual);
}

// A steady world is as it would be without delays, whatever fails in it.
TEST(CallsUnderWay, ChangeNothingInTheLongRun) {
  CallsOverTime run(two_services({.max = 1, .budget = 1, .backoff = 1ms}));
  run.hang(0.01);
  run.during(5min);
  const Counted all = run.during(1min);
  EXPECT_NEAR(all.time_outs, kRate * 0.0101, 0.01 * kRate * 0.01);
  EXPECT_NEAR(all.failures, kRate * 0.0001, 0.05 * kRate * 0.0001);
  EXPECT_NEAR(all.requests, kRate, 1e-3 * kRate);
}

TEST(DelayLine, SaysWhenWhatComesOutTurns) {
  DelayLine line(true);
  EXPECT_GE(line.next_turn(30), 86400);
  line.keep(5, 0, 4, 30);
  EXPECT_NEAR(line.next_turn(30), 26, 1e-9);
  line.keep(5, 0, 10, 30);
  EXPECT_NEAR(line.next_turn(30), 16, 1e-9);
  line.keep(5.1, 0, 10, 30);
  EXPECT_NEAR(line.next_turn(30), 6, 1e-9);
  line.keep(0, 0, 10, 30);
  EXPECT_NEAR(line.next_turn(30), 20, 1e-9);
}

}  // namespace
}  // namespace firedrill::fake_services
