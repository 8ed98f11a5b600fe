// What is lost when a process ends, and where requests go until the load balancing knows.
#include <gtest/gtest.h>

#include <utility>

#include "fake_services/pods/balancing.h"
#include "fault_script.h"
#include "probed_shop.h"

namespace firedrill::fake_services {
namespace {

using namespace std::chrono_literals;

Time at(double seconds) {
  return Time{} + from_seconds(seconds);
}

TEST(Route, ProxiesHearOfAPodOneToThreeSecondsLater) {
  RandomStream chance(1, "route");
  for (int i = 0; i < 100; ++i) {
    Route route(true);
    route.see(false, at(10), chance);
    ASSERT_TRUE(route.next());
    EXPECT_GE(*route.next(), at(11));
    EXPECT_LE(*route.next(), at(13));
    route.see(false, at(10.5), chance);
    EXPECT_TRUE(route.there());
    route.see(false, *route.next(), chance);
    EXPECT_FALSE(route.there());
    EXPECT_FALSE(route.next());
  }
}

TEST(Route, WhatHasChangedBackHasNotBeen) {
  RandomStream chance(1, "route");
  Route route(true);
  route.see(false, at(10), chance);
  route.see(true, at(10.9), chance);
  EXPECT_FALSE(route.next());
  EXPECT_TRUE(route.there());
}

TEST(Route, TellsHowLongOneThatLeavesIsStillSentRequests) {
  RandomStream chance(1, "route");
  Route route(true);
  const Duration left = route.leave(at(10), chance);
  EXPECT_GE(left, 1s);
  EXPECT_LE(left, 3s);
  route.see(false, at(10), chance);
  EXPECT_EQ(*route.next(), at(10) + left);
  EXPECT_EQ(Route(false).leave(at(10), chance), 0s);
}

TEST(Loss, IsToldOfAsManyAsWereLost) {
  Loss loss;
  loss.add(Loss::Kind::cut, 5, 100, 1, at(10));
  EXPECT_DOUBLE_EQ(loss.share(Loss::Kind::cut, 1, at(10.5)), 0.05);
  EXPECT_EQ(loss.next(at(10)), at(11));
  EXPECT_EQ(loss.share(Loss::Kind::cut, 1, at(11)), 0);
  EXPECT_EQ(loss.share(Loss::Kind::silent, 1, at(10.5)), 0);
  EXPECT_FALSE(loss.next(at(11)));
  // Another one before all have been told of.
  loss.add(Loss::Kind::cut, 10, 100, 1, at(20));
  loss.add(Loss::Kind::cut, 10, 100, 1, at(20.5));
  EXPECT_NEAR(loss.share(Loss::Kind::cut, 1, at(21)), 0.15, 1e-9);
  // More than come in a second.
  loss.add(Loss::Kind::silent, 300, 100, 1, at(30));
  EXPECT_NEAR(loss.share(Loss::Kind::silent, 1, at(31)) * to_seconds(*loss.next(at(30)) - at(30)) * 100, 300, 0.5);
}

// Half of the requests meet the address that is dead, until it is known.
TEST(Loss, IsToldWithTheRequestsThatComeThrough) {
  Loss loss;
  loss.add(Loss::Kind::cut, 100, 100, 0.5, at(10));
  const double seconds = to_seconds(*loss.next(at(10)) - at(10));
  const double while_dead = loss.share(Loss::Kind::cut, 0.5, at(10.5)) * 0.5;
  const double afterwards = loss.share(Loss::Kind::cut, 1, at(11.5));
  EXPECT_NEAR(while_dead, afterwards, 1e-9);
  EXPECT_NEAR(afterwards * seconds * 100, 100, 0.5);
}

TEST(Loss, OfNobodyIsNone) {
  Loss loss;
  loss.add(Loss::Kind::cut, 5, 0, 1, at(10));
  loss.add(Loss::Kind::cut, 0, 10, 1, at(10));
  EXPECT_FALSE(loss.next(at(10)));
}

TEST(Loss, IsToldWithAllWhereNoReplicaIsLeft) {
  Loss loss;
  loss.add(Loss::Kind::cut, 5, 10, 0, at(10));
  EXPECT_NEAR(loss.share(Loss::Kind::cut, 1, at(10.5)), 0.5, 1e-9);
}

// One service of n replicas with traffic from outside and nothing else.
WorldSpec lonely(std::vector<FaultSpec> faults, double rate, Duration takes, std::int64_t replicas = 2) {
  WorldSpec spec;
  ServiceSpec api = service("api", replicas, {"constant", takes, {}, {}, {}});
  api.concurrency = 1000;
  api.startup = 20s;
  api.traffic.emplace();
  api.traffic->requests_per_second = rate;
  api.liveness_probe = http_probe("/health/live", 10);
  api.readiness_probe = http_probe("/health/ready", 5);
  spec.topology.services = {api};
  complete(spec.topology);
  spec.faults = std::move(faults);
  spec.start = spec.origin = *parse_instant("2026-03-03T00:00:00Z");
  return spec;
}

double failures(Drill& drill, std::size_t last) {
  return drill.truth("api", last).errors;
}

TEST(Endings, ACrashLosesWhatIsInFlightAndTheFirstSecondsGoToADeadAddress) {
  const double rate = 400;
  const auto crash = [&](Duration takes) {
    Drill drill(lonely({fault("f", "crash", target_of("api", "one"), 5min, 1min)}, rate, takes));
    drill.run_for(10min);
    EXPECT_EQ(failures(drill, 3), 0) << pod_log(drill);
    return failures(drill, 10);
  };
  const double quick = crash(1ms);
  EXPECT_GE(quick, 0.8 * rate / 2) << "half of the requests for 1 to 3 s";
  EXPECT_LE(quick, 3.3 * rate / 2);
  const double slow = crash(2s);
  EXPECT_NEAR(slow - quick, 2 * rate / 2, 0.15 * rate) << "those under way at one of two, too";
}

// Whom a crash cuts off tries again, and meets a process that is alive: no more is lost than was under way.
TEST(Endings, WhoTriesAgainIsNotCutOffTwice) {
  for (const RetryTo to : {RetryTo::any, RetryTo::another}) {
    WorldSpec spec = lonely({fault("f", "crash", target_of("api", "one"), 5min, 1min)}, 300, 2s, 3);
    ServiceSpec front = service("front", 2, {"constant", 1ms, {}, {}, {}});
    front.concurrency = 2000;
    front.traffic = std::exchange(spec.topology.services[0].traffic, std::nullopt);
    front.traffic->timeout = 30s;
    front.routes = {route("GET", "/", {}, {call("api")})};
    front.dependencies = {dependency("api", 10s)};
    front.dependencies[0].pool.size = 2000;
    front.dependencies[0].retries = {.max = 1, .budget = 10, .backoff = 25ms, .to = to};
    spec.topology.services.push_back(front);
    complete(spec.topology);
    Drill drill(std::move(spec));
    drill.run_for(8min);
    const auto calls = [&](const char* outcome) {
      return drill.value("front", "dependency_requests_total", {{"dependency", "api"}, {"outcome", outcome}});
    };
    EXPECT_NEAR(calls("reset"), 200, 50) << "a third of what is under way";
    EXPECT_GT(calls("refused"), 80) << "for 1 to 3 s";
    const double failed = drill.value("front", "http_requests_total", {{"code", "503"}});
    // At random a third of the retries comes upon the dead address again.
    EXPECT_LT(failed, to == RetryTo::another ? 5 : 0.45 * (calls("reset") + calls("refused")));
  }
}

TEST(Endings, SigtermDrains) {
  Drill drill(lonely({}, 400, 2s, 3));
  drill.run_for(5min);
  ASSERT_TRUE(drill.world().apply({drill.world().now(), events::ActionKind::restart, "api", "ada"}));
  drill.run_for(10min);
  EXPECT_EQ(count_events(drill, EventKind::pod_removed, "api"), 3u) << pod_log(drill);
  EXPECT_EQ(failures(drill, 10), 0);
}

TEST(Endings, WhatIsLongerThanTheGracePeriodIsCut) {
  const auto lost = [](std::int64_t grace) {
    WorldSpec spec = lonely({}, 20, 20s, 2);
    spec.topology.services.front().termination_grace_period_seconds = grace;
    spec.topology.services.front().traffic->timeout = 60s;
    Drill drill(std::move(spec));
    drill.run_for(5min);
    EXPECT_TRUE(drill.world().apply({drill.world().now(), events::ActionKind::restart, "api", "ada"}));
    drill.run_for(10min);
    return failures(drill, 10);
  };
  EXPECT_EQ(lost(600), 0);
  EXPECT_GT(lost(5), 100) << "most of 200 at each of two";
}

// A process that hangs holds what it had taken in until it is killed, or until nobody waits for it any more.
TEST(Endings, WhatAProcessHoldsThatHangsEndsWithItOrWithItsClientsPatience) {
  const auto failing = [](Duration takes, Duration patience, bool killed) {
    WorldSpec spec =
        lonely({fault("f", "liveness_deadlock", target_of("api", "one"), 5min, std::nullopt)}, 60, takes, 3);
    ServiceSpec& api = spec.topology.services.front();
    api.traffic->timeout = patience;
    api.liveness_probe->termination_grace_period_seconds = 7;
    if (!killed) api.liveness_probe.reset();
    Drill drill(std::move(spec));
    drill.run_for(9min);
    return failures(drill, 9);
  };
  const double few = failing(1ms, 60s, true);
  EXPECT_NEAR(failing(2s, 60s, true) - few, 40, 20);
  EXPECT_NEAR(failing(10s, 60s, true) - few, 200, 40);
  EXPECT_NEAR(failing(20s, 60s, true) - few, 400, 60);
  EXPECT_NEAR(failing(4s, 5s, true) - failing(1ms, 5s, true), 80, 30) << "all have given up before";
  EXPECT_NEAR(failing(20s, 60s, false) - failing(1ms, 60s, false), 400, 60) << "nobody kills it";
}

TEST(Endings, ANodeThatIsGoneAnswersNobodyUntilTheProxiesKnow) {
  WorldSpec spec = lonely({}, 200, 10ms, 2);
  spec.topology.services.front().zones = {"a", "b"};
  TargetSpec zone;
  zone.zone = "a";
  spec.faults = {fault("f", "zone_down", zone, 5min, 4min)};
  Drill drill(std::move(spec));
  drill.run_for(8min);
  // 50 s until the control plane has noticed, and 1 to 3 s until the proxies know.
  EXPECT_GE(failures(drill, 8), 50.5 * 100);
  EXPECT_LE(failures(drill, 8), 54.5 * 100);
}

TEST(Endings, AreTheSameInTheMetricsOfCallers) {
  Drill drill(drill_shop({fault("f", "crash", target_of("checkout", "one"), 5min, 1min)}));
  drill.run_for(8min);
  EXPECT_GT(drill.value("web", "dependency_requests_total", {{"dependency", "checkout"}, {"outcome", "refused"}}), 5);
}

TEST(Endings, WhatIsUnderWayIsResetThoughNobodyIsLeft) {
  Drill drill(drill_shop({fault("f", "crash", target_of("checkout"), 5min, 1min)}));
  drill.run_for(8min);
  const auto calls = [&](std::string outcome) {
    return drill.value("web", "dependency_requests_total",
                       {{"dependency", "checkout"}, {"outcome", std::move(outcome)}});
  };
  EXPECT_GT(calls("reset"), 0);
  EXPECT_GT(calls("refused"), calls("reset"));
}

}  // namespace
}  // namespace firedrill::fake_services
