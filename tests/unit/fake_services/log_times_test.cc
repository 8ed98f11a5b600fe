// When lines are written: not before what they are about has begun, and not after it has ended.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/text/format.h"
#include "fake_services/logs/rate_history.h"
#include "fault_script.h"
#include "written.h"

namespace firedrill::fake_services {
namespace {

using events::LogLine;
using namespace std::chrono_literals;

const Time kStart = *parse_instant("2026-03-03T13:30:00Z");

Spell spell(Duration from, Duration to, double rate) {
  return {kStart + from, kStart + to, rate};
}

TEST(Spells, AreSteadyWhereNothingChangesMuch) {
  EXPECT_TRUE(is_steady(std::vector{spell(0s, 15s, 10), spell(15s, 60s, 11)}));
  EXPECT_FALSE(is_steady(std::vector{spell(0s, 15s, 10), spell(15s, 60s, 20)}));
  EXPECT_FALSE(is_steady(std::vector{spell(0s, 15s, 0), spell(15s, 60s, 20)}));
  EXPECT_FALSE(is_steady(std::vector{spell(0s, 60s, 0)}));
  EXPECT_FALSE(is_steady({}));
  EXPECT_TRUE(nothing(std::vector{spell(0s, 60s, 0)}));
}

TEST(Spells, TellWhenAShareHasHappened) {
  const std::vector spells{spell(0s, 10s, 0), spell(10s, 20s, 3), spell(20s, 30s, 0), spell(30s, 60s, 1),
                           spell(60s, 70s, 0)};
  EXPECT_DOUBLE_EQ(how_many(spells), 60);
  EXPECT_EQ(instant_of(spells, 0), kStart + 10s);
  EXPECT_EQ(instant_of(spells, 0.25), kStart + 15s);
  EXPECT_EQ(instant_of(spells, 0.75), kStart + 45s);
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(happens_at(spells, instant_of(spells, i / 1000.0))) << i;
  EXPECT_LT(instant_of(spells, 0.999999), kStart + 60s);
  EXPECT_TRUE(happens_at(spells, kStart + 10s));
  EXPECT_FALSE(happens_at(spells, kStart + 20s));
  EXPECT_FALSE(happens_at(spells, kStart + 80s));
}

// Steps of a flow, as the world goes through them, of a shop in which postgres can be out of reach.
struct Steps {
  Flow flow{build_model(shop(), {}, {}), 1, kStart};
  RateHistory history{flow.model()};
  std::vector<double> slow = std::vector<double>(flow.model().services.size(), 0);
  Time now = kStart;
  static constexpr std::size_t kCheckout = 1, kPostgres = 3;
  void go_on(Duration span) {
    for (const Time end = now + span; now < end;) {
      const Time next = flow.begin_step(now, end);
      history.pass(flow, slow, now, next);
      flow.end_step(next);
      now = next;
    }
  }
  void set_ready(bool ready) {
    std::vector<TrafficConditions> conditions(flow.replicas(kPostgres), flow.neutral_conditions(kPostgres));
    for (TrafficConditions& c : conditions) c.ready = ready;
    flow.set_traffic_conditions(kPostgres, conditions);
    flow.disturb();
  }
  RateHistory::Counted refused() const {
    return {.service = kCheckout, .replica = 0, .places = {history.outcome(kCheckout, 0, CallOutcome::refused)}};
  }
};

// From the step on that knows of it.
TEST(RateHistory, KnowsFromWhenToWhenSomethingHappened) {
  Steps steps;
  ASSERT_EQ(steps.flow.model().services[Steps::kPostgres].spec.name, "postgres");
  steps.go_on(20s);
  EXPECT_TRUE(nothing(steps.history.spells(steps.refused(), kStart, kStart + 20s)));
  steps.set_ready(false);
  steps.go_on(10s);
  steps.set_ready(true);
  steps.go_on(30s);
  const auto spells = steps.history.spells(steps.refused(), kStart, kStart + 60s);
  Time at = kStart;
  for (const Spell& each : spells) {
    EXPECT_EQ(each.from, std::exchange(at, each.to));
    EXPECT_EQ(each.rate > 0, each.from >= kStart + 20s && each.to <= kStart + 30s) << format_instant(each.from);
  }
  EXPECT_EQ(at, kStart + 60s);
  EXPECT_GT(how_many(spells), 1);
  EXPECT_TRUE(steps.history.any(steps.refused(), kStart + 15s, kStart + 21s));
  EXPECT_FALSE(steps.history.any(steps.refused(), kStart, kStart + 20s));
  // What was longer ago is forgotten.
  steps.history.forget_before(kStart + 120s);
  EXPECT_TRUE(nothing(steps.history.spells(steps.refused(), kStart, kStart + 60s)));
}

// Readiness probes find out one after the other, and are met one after the other.
TEST(LogTimes, NobodyIsRefusedBeforeTheLastPodHasLeft) {
  std::size_t seen = 0;
  Duration apart{};
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    WorldSpec spec = drill_shop({fault("f", "hang", target_of("checkout"), 10min, 40s)});
    spec.seed = seed;
    service_of(spec, "checkout").liveness_probe.reset();
    service_of(spec, "checkout").readiness_probe = http_probe("/health/ready", 25);
    service_of(spec, "checkout").readiness_probe->failure_threshold = 1;
    const Written written = run(std::move(spec), 14min);
    std::vector<Time> left, back;
    for (const events::Event& event : written.told) {
      if (event.text("service") != "checkout" || event.t < kStart + 10min) continue;
      if (event.kind == events::EventKind::endpoint_unready) left.push_back(event.t);
      if (event.kind == events::EventKind::endpoint_ready) back.push_back(event.t);
    }
    ASSERT_EQ(left.size(), 3U);
    ASSERT_EQ(back.size(), 3U);
    ASSERT_LT(left.back(), back.front());
    apart += left.back() - left.front();
    for (const LogLine& line : of(written, "web", "refused")) {
      ++seen;
      EXPECT_GE(line.t, left.back()) << seed;
      EXPECT_LE(line.t, back.front() + 2s) << seed << ": until the balancing knows of it";
    }
  }
  EXPECT_GT(apart, 20s);
  EXPECT_GE(seen, 15U);
}

// Whose machine is gone writes nothing; the others go on.
TEST(LogTimes, NobodyReadsWhatIsWrittenOnALostMachine) {
  TargetSpec zone;
  zone.zone = "a";
  std::size_t before = 0, others = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    WorldSpec spec = drill_shop({fault("f", "zone_down", zone, 12min + 30s, 10min)});
    spec.seed = seed;
    const Written written = run(std::move(spec), 15min);
    std::vector<std::string> lost;
    for (const events::ClusterEvent& event : written.events) {
      if (event.reason == "NodeNotReady" && event.object.starts_with("pod/")) lost.push_back(event.object.substr(4));
    }
    ASSERT_GE(lost.size(), 3U);
    for (const LogLine& line : written.lines) {
      const bool gone = std::ranges::find(lost, line.pod) != lost.end();
      (gone ? before : others) += line.cause == "served" ? 1 : 0;
      EXPECT_TRUE(!gone || line.t < kStart + 12min + 30s) << format_instant(line.t) << line.pod << line.message;
    }
  }
  EXPECT_GT(before, 10U);
  EXPECT_GT(others, 10U);
}

// Where nothing changes a line is as likely at one time as at another, and is when it was before steps were looked at.
TEST(LogTimes, AreThoseDrawnWhereNothingChanges) {
  const Written written = run(drill_shop(), 60min);
  std::vector<double> at;
  for (const LogLine& line : written.lines) {
    if (line.cause == "served") at.push_back(to_seconds((line.t - kStart) % 1min));
  }
  ASSERT_GT(at.size(), 100U);
  const auto early = std::ranges::count_if(at, [](double s) { return s < 30; });
  EXPECT_NEAR(static_cast<double>(early) / static_cast<double>(at.size()), 0.5, 0.15);
  std::string first;
  for (const LogLine& line : of(written, "web", "served")) {
    if (line.t < kStart + 10min) first += format("{} ", (line.t - kStart).count());
  }
  EXPECT_EQ(first, "18638 177945 259772 366902 535644 ");
}

}  // namespace
}  // namespace firedrill::fake_services
