// Services that get more replicas, or fewer: the load of each, the pods, what is scraped of them and what faults do to
// the new ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_services/traffic/stations/station.h"
#include "probed_shop.h"

namespace firedrill::fake_services {
namespace {

using namespace std::chrono_literals;

events::Action to_replicas(World& world, std::string service, std::int64_t replicas) {
  return {world.now(), events::ActionKind::scale, std::move(service), "ada", replicas};
}

void scale(Drill& drill, std::string service, std::int64_t replicas) {
  const auto done = drill.world().apply(to_replicas(drill.world(), std::move(service), replicas));
  EXPECT_TRUE(done) << done.error();
}

// Of the targets of a service, those that service discovery lists.
std::vector<std::string> listed(const World& world, std::string_view service = "checkout") {
  std::vector<std::string> pods;
  for (const Target& target : world.targets()) {
    if (target.service == service && target.listed) pods.push_back(target.pod);
  }
  return pods;
}

// Each replica is an M/M/c/K with its share of the load, before and after.
TEST(Scale, EachReplicaHasItsShareOfTheLoad) {
  const double rate = 160;
  const double holding = 0.04;
  WorldSpec spec;
  ServiceSpec api = service("api", 2, {"exponential", {}, {}, {}, 40ms});
  api.concurrency = 4;
  api.queue = 16;
  api.traffic.emplace();
  api.traffic->requests_per_second = rate;
  spec.topology.services = {api};
  complete(spec.topology);
  spec.start = spec.origin = *parse_instant("2026-03-03T00:00:00Z");
  Drill drill(std::move(spec));
  for (const int n : {2, 5, 3, 1, 2}) {
    scale(drill, "api", n);
    drill.run_for(5min);
    const double served = drill.value("api", "http_requests_total", {{"code", "200"}});
    double in_flight = 0;
    const int looks = 4 * 120;
    for (int i = 0; i < looks; ++i) {
      drill.run_for(15s);
      in_flight += drill.value("api", "active_connections") / looks;
    }
    const StationPoint exact = exact_station(4, 20, rate / n * holding);
    EXPECT_NEAR(in_flight, n * exact.occupancy, 0.05 * n * exact.occupancy) << n;
    const double expected = rate * (1 - exact.blocking) * 15 * looks;
    EXPECT_NEAR(drill.value("api", "http_requests_total", {{"code", "200"}}) - served, expected,
                4 * std::sqrt(expected))
        << n;
    EXPECT_EQ(drill.world().ready_replicas(0), static_cast<std::size_t>(n));
  }
}

TEST(Scale, PodsComeAndGoAsTheKubeletHasIt) {
  WorldSpec spec = cluster_shop();
  service_in(spec, "checkout").startup = 8s;
  Drill drill(std::move(spec));
  const double before = static_cast<double>(drill.world().targets().size());
  drill.run_for(5min);
  scale(drill, "checkout", 5);
  drill.run_for(5s);
  EXPECT_EQ(ready(drill), 3) << "the new ones start";
  EXPECT_EQ(listed(drill.world()).size(), 5u);
  const auto pod = [&](std::size_t place) { return pod_at(drill.world(), "checkout", place); };
  EXPECT_EQ(kube(drill, "kube_deployment_spec_replicas"), 5);
  EXPECT_EQ(kube(drill, "kube_deployment_status_replicas"), 5);
  EXPECT_EQ(kube(drill, "kube_deployment_status_replicas_unavailable"), 2);
  drill.run_for(2min);
  EXPECT_EQ(ready(drill), 5);
  EXPECT_EQ(count_events(drill, EventKind::container_started), 2);
  EXPECT_EQ(count_events(drill, EventKind::endpoint_ready), 2);
  EXPECT_EQ(drill.world().targets().size(), before + 2);
  EXPECT_EQ(kube(drill, "kube_pod_info"), 0) << "has no label of the container";
  EXPECT_EQ(drill.value("", "kube_pod_info", {{"pod", pod(4)}}), 1);
  EXPECT_EQ(kube(drill, "kube_deployment_status_replicas_ready"), 5);
  EXPECT_EQ(kube(drill, "kube_deployment_metadata_generation"), 2);
  EXPECT_GT(drill.value("", "prober_probe_total", {{"pod", pod(3)}, {"probe_type", "Readiness"}}), 10);

  const std::vector<std::string> all = listed(drill.world());
  scale(drill, "checkout", 2);
  drill.run_for(1min);
  EXPECT_EQ(ready(drill), 2);
  EXPECT_EQ(count_events(drill, EventKind::endpoint_unready), 3);
  EXPECT_EQ(count_events(drill, EventKind::container_killed), 3);
  EXPECT_EQ(count_events(drill, EventKind::pod_removed), 3);
  EXPECT_THAT(listed(drill.world()), testing::ElementsAre(all[0], all[1]));
  EXPECT_EQ(kube(drill, "kube_deployment_spec_replicas"), 2);
  EXPECT_EQ(kube(drill, "kube_deployment_status_replicas"), 2);
  EXPECT_EQ(drill.value("", "kube_pod_info", {{"pod", all[2]}}), 0);
  EXPECT_EQ(drill.value("", "prober_probe_total", {{"pod", all[3]}}), 0);
  EXPECT_LT(drill.error_ratio("web", 5), 1e-3) << "they drained before they went";

  // The next one at the place is another pod.
  scale(drill, "checkout", 3);
  drill.run_for(5min);
  EXPECT_EQ(ready(drill), 3);
  EXPECT_THAT(all, testing::Not(testing::Contains(pod(2))));
  const double anew = drill.value("checkout", "http_requests_total", {{"pod", pod(2)}});
  EXPECT_GT(anew, 500);
  EXPECT_LT(anew, 6000);
  EXPECT_EQ(drill.world().targets().size(), before + 3);
}

// Down and up again before the ones that go are gone: others come beside them.
TEST(Scale, CanBeTakenBackWhilePodsDrain) {
  Drill drill(cluster_shop({fault("stuck", "hang", target_of("checkout"), 4min, 10min)}));
  drill.run_for(4min + 10s);
  scale(drill, "checkout", 1);
  drill.run_for(10s);
  scale(drill, "checkout", 3);
  drill.run_for(15min);
  EXPECT_EQ(ready(drill), 3) << pod_log(drill);
  EXPECT_EQ(count_events(drill, EventKind::pod_removed), 2);
  EXPECT_EQ(listed(drill.world()).size(), 3u);
}

TEST(Scale, IsRefusedWithAReason) {
  World world(shop_world());
  const auto refusal = [&](std::string service, std::int64_t replicas, Duration later = 0ms) {
    events::Action action = to_replicas(world, std::move(service), replicas);
    action.t += later;
    const auto done = world.apply(action);
    return done ? std::string("taken") : done.error();
  };
  EXPECT_EQ(refusal("checkout", 0), "checkout can have 1 to 1000 replicas, and not 0");
  EXPECT_EQ(refusal("checkout", -3), "checkout can have 1 to 1000 replicas, and not -3");
  EXPECT_EQ(refusal("checkout", 1001), "checkout can have 1 to 1000 replicas, and not 1001");
  EXPECT_EQ(refusal("cart", 3), "there is no service 'cart'");
  EXPECT_EQ(refusal("payments", 3), "payments is a third party's: it has no pods of ours");
  EXPECT_EQ(refusal("checkout", 3, 1min), "the action scale is begun at once; it cannot be put off");
  EXPECT_EQ(refusal("checkout", 3), "taken");
  EXPECT_EQ(world.targets().size(), World(shop_world()).targets().size());
}

// What is aimed at all of a service's replicas meets the new ones too; what has chosen some does not.
TEST(Scale, FaultsOfAllReplicasMeetNewOnes) {
  Fields half;
  half.set("code", std::int64_t{500}, {});
  std::vector faults = {fault("all", "http_error", target_of("checkout"), 2min, {}, half),
                        fault("one", "http_error", target_of("catalogue", "one"), 2min, {}, half)};
  faults[0].probability = 0.5;
  Drill drill(shop_world(std::move(faults)));
  drill.run_for(3min);
  scale(drill, "checkout", 6);
  scale(drill, "catalogue", 4);
  drill.run_for(12min);
  EXPECT_NEAR(drill.error_ratio("checkout", 10), 0.5, 0.03);
  EXPECT_NEAR(drill.error_ratio("catalogue", 10), 0.25, 0.03);
}

TEST(Scale, NewPodsRunTheVersionThatIsAskedFor) {
  Fields release;
  release.set("version", std::string("2.0.0"), {});
  Drill drill(cluster_shop({fault("release", "bad_deploy", target_of("checkout"), 2min, {}, release)}));
  drill.run_for(10min);
  scale(drill, "checkout", 5);
  drill.run_for(5min);
  EXPECT_EQ(drill.value("checkout", "build_info", {{"version", "2.0.0"}}), 5);
  EXPECT_EQ(count_events(drill, EventKind::pod_removed), 3) << "each of the first three was replaced once";
  EXPECT_EQ(kube(drill, "kube_deployment_status_replicas_updated"), 5);
}

// What a drill shows: its events, and each value of its last scrape.
std::string shown_by(const Drill& drill, World& world) {
  std::string out;
  std::vector<double> values;
  for (std::size_t i = 0; i < world.targets().size(); ++i) {
    world.scrape(i, values);
    for (const double value : values) out += format("{} ", value);
  }
  for (const events::Event& event : drill.events()) out += format("\n{} {}", event.subject, events::describe(event));
  return out;
}

TEST(Scale, IsTheSameAgainAndInACopy) {
  const auto drilled = [](Duration stride) {
    Drill drill(cluster_shop());
    drill.run_for(5min);
    scale(drill, "checkout", 6);
    for (Duration done{}; done < 3min; done += stride) drill.run_for(stride);
    scale(drill, "checkout", 2);
    drill.run_for(10min);
    return shown_by(drill, drill.world());
  };
  EXPECT_EQ(drilled(3min), drilled(15s));
  Told told;
  World original(cluster_shop(), told);
  original.advance_to(original.now() + 5min);
  ASSERT_TRUE(original.apply(to_replicas(original, "checkout", 6)));
  ASSERT_TRUE(original.apply(to_replicas(original, "web", 2)));
  original.advance_to(original.now() + 1s);
  Told told_by_copy;
  World copy(original, told_by_copy);
  const auto future = [](World& world, Told& of) {
    of.events.clear();
    std::string out;
    std::vector<double> values;
    for (int i = 0; i < 40; ++i) {
      world.advance_to(world.now() + 15s);
      for (std::size_t t = 0; t < world.targets().size(); ++t) {
        world.scrape(t, values);
        for (const double value : values) out += format("{} ", value);
      }
    }
    for (const events::Event& event : of.events) out += format("\n{} {}", event.subject, events::describe(event));
    return out;
  };
  const std::string expected = future(original, told);
  EXPECT_EQ(future(copy, told_by_copy), expected);
  EXPECT_NE(expected.find(pod_at(copy, "checkout", 5)), std::string::npos) << "nothing happened";
}

}  // namespace
}  // namespace firedrill::fake_services
