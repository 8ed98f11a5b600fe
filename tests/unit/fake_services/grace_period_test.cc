// How long a wedged process may take to end: the pod's grace period, unless the probe that ends it says another.
#include <gtest/gtest.h>

#include <map>

#include "fault_script.h"

namespace firedrill::fake_services {
namespace {

using namespace std::chrono_literals;

// From the kill of the first wedged container to its exit.
std::optional<Duration> taken(std::optional<std::int64_t> of_pod, std::optional<std::int64_t> of_probe,
                              std::optional<PreStopSpec> hook = {}) {
  WorldSpec spec = drill_shop({fault("f", "liveness_deadlock", target_of("checkout"), 5min, std::nullopt)});
  ServiceSpec& checkout = service_of(spec, "checkout");
  if (of_pod) checkout.termination_grace_period_seconds = *of_pod;
  checkout.liveness_probe->termination_grace_period_seconds = of_probe;
  checkout.lifecycle.pre_stop = std::move(hook);
  Drill drill(std::move(spec));
  drill.run_for(25min);
  std::optional<Time> killed;
  std::string pod;
  for (const events::Event& event : drill.events()) {
    if (!event.subject.starts_with("checkout")) continue;
    if (!killed && event.kind == EventKind::container_killed) killed = event.t, pod = event.subject;
    if (killed && event.subject == pod && event.kind == EventKind::container_exited) return event.t - *killed;
  }
  return std::nullopt;
}

TEST(GracePeriod, IsThePodsUnlessTheProbeHasItsOwn) {
  EXPECT_EQ(taken(std::nullopt, std::nullopt), 30s);
  EXPECT_EQ(taken(120, std::nullopt), 120s);
  EXPECT_EQ(taken(600, 10), 10s);
  EXPECT_EQ(taken(0, std::nullopt), 2s) << "the kubelet gives two seconds at least";
}

TEST(GracePeriod, ThePreStopHookIsPartOfIt) {
  EXPECT_EQ(taken(40, std::nullopt, PreStopSpec{.sleep_seconds = 10}), 40s);
  EXPECT_EQ(taken(40, std::nullopt, PreStopSpec{.exec = ProbeExec{{"/bin/sh", "-c", "sleep 10"}}}), 40s);
  EXPECT_EQ(taken(40, std::nullopt, PreStopSpec{.sleep_seconds = 40}), 42s) << "two seconds are left in any case";
  EXPECT_EQ(taken(10, std::nullopt, PreStopSpec{.exec = ProbeExec{{"sleep", "60"}}}), 12s) << "the hook is cut off";
}

// A pod that is deleted goes on serving while its hook runs, and drains after it.
TEST(GracePeriod, ServesWhileThePreStopHookRuns) {
  WorldSpec spec = drill_shop({});
  service_of(spec, "checkout").lifecycle.pre_stop = PreStopSpec{.sleep_seconds = 15};
  Drill drill(std::move(spec));
  drill.run_for(5min);
  ASSERT_TRUE(
      drill.world().apply({.t = drill.world().now(), .kind = events::ActionKind::restart, .subject = "checkout"}));
  drill.run_for(5min);
  std::map<std::string, Time> killed;
  int ended = 0;
  for (const events::Event& event : drill.events()) {
    if (event.kind == EventKind::container_killed) killed[event.subject] = event.t;
    if (event.kind != EventKind::container_exited) continue;
    ++ended;
    EXPECT_GE(event.t - killed.at(event.subject), 15s);
    EXPECT_LT(event.t - killed.at(event.subject), 17s);
    EXPECT_EQ(event.text("reason"), "Completed, exit code 0");
  }
  EXPECT_EQ(ended, 3);
  EXPECT_LT(drill.error_ratio("checkout", 5), 1e-3);
}

}  // namespace
}  // namespace firedrill::fake_services
