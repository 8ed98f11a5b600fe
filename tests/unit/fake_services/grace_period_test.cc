// How long a wedged process may take to end: the pod's grace period, unless the probe that ends it says another.
#include <gtest/gtest.h>

#include "fault_script.h"

namespace firedrill::fake_services {
namespace {

using namespace std::chrono_literals;

// From the kill of the first wedged container to its exit.
std::optional<Duration> taken(std::optional<std::int64_t> of_pod, std::optional<std::int64_t> of_probe) {
  WorldSpec spec = drill_shop({fault("f", "liveness_deadlock", target_of("checkout"), 5min, std::nullopt)});
  ServiceSpec& checkout = service_of(spec, "checkout");
  if (of_pod) checkout.termination_grace_period_seconds = *of_pod;
  checkout.liveness_probe->termination_grace_period_seconds = of_probe;
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

}  // namespace
}  // namespace firedrill::fake_services
