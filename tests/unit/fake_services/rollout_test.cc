// How a Deployment replaces its pods: which ones next, and what is seen of it in names, ReplicaSets, addresses and
// load.
#include "fake_services/pods/rollout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "probed_shop.h"

namespace firedrill::fake_services {
namespace {

using namespace std::chrono_literals;

// The places, each with its pods: o old and available, x old and not, n new and available, b new and not; "o", "ob",
// "n", "." for nobody. What is done: +place for a pod that is made, -place for one that is deleted.
std::string moves(const std::vector<std::string>& places, RolloutBounds bounds, bool terminating = false) {
  std::vector<RollingPod> pods;
  for (std::size_t p = 0; p < places.size(); ++p) {
    for (const char c : places[p]) {
      if (c != '.') pods.push_back({p, c == 'o' || c == 'x', c == 'o' || c == 'n'});
    }
  }
  const RolloutMoves found = next_moves(pods, places.size(), bounds, terminating);
  std::string out;
  for (const std::size_t place : found.make) out += format("+{}", place);
  for (const std::size_t pod : found.withdraw) out += format("-{}", pods[pod].place);
  return out;
}

TEST(Rollout, MakesNewPodsBesideTheOldOnes) {
  const RolloutBounds by_default{.surge = 1, .unavailable = 0};  // of three
  EXPECT_EQ(moves({"o", "o", "o"}, by_default), "+0");
  EXPECT_EQ(moves({"ob", "o", "o"}, by_default), "");
  EXPECT_EQ(moves({"on", "o", "o"}, by_default), "-0");
  EXPECT_EQ(moves({"n", "o", "o"}, by_default), "+1");
  EXPECT_EQ(moves({"n", "n", "on"}, by_default), "-2");
  EXPECT_EQ(moves({"n", "n", "n"}, by_default), "");
}

TEST(Rollout, TakesAwayAsManyAsMayBeMissing) {
  const RolloutBounds of_four{.surge = 1, .unavailable = 1};
  EXPECT_EQ(moves({"o", "o", "o", "o"}, of_four), "+0-0");
  EXPECT_EQ(moves({"b", "o", "o", "o"}, of_four), "+1");
  EXPECT_EQ(moves({"b", "ob", "o", "o"}, of_four), "") << "stalled: the new ones are not ready";
  EXPECT_EQ(moves({"n", "ob", "o", "o"}, of_four), "-1");
  const RolloutBounds without_surge{.surge = 0, .unavailable = 1};
  EXPECT_EQ(moves({"o", "o", "o"}, without_surge), "-0");
  EXPECT_EQ(moves({".", "o", "o"}, without_surge), "+0");
  EXPECT_EQ(moves({"b", "o", "o"}, without_surge), "");
  EXPECT_EQ(moves({"n", "o", "o"}, without_surge), "-1");
}

TEST(Rollout, WhatIsNotAvailableAnywayGoesFirst) {
  EXPECT_EQ(moves({"o", "x", "o", "o"}, {.surge = 1, .unavailable = 1}), "+0-1");
  EXPECT_EQ(moves({"o", "x", "x", "o"}, {.surge = 0, .unavailable = 2}), "-1-2");
  EXPECT_EQ(moves({"x"}, {.surge = 1, .unavailable = 0}), "+0") << "the only one stays until another is there";
}

TEST(Rollout, FillsPlacesThatNobodyHas) {
  EXPECT_EQ(moves({"n", "n", ".", "."}, {.surge = 1, .unavailable = 1}), "+2+3");
  EXPECT_EQ(moves({"o", "o", "."}, {.surge = 1, .unavailable = 0}), "+2+0");
}

TEST(Rollout, RecreatesWhenTheOldOnesAreGone) {
  const RolloutBounds recreate{.recreate = true};
  EXPECT_EQ(moves({"o", "o", "x"}, recreate), "-0-1-2");
  EXPECT_EQ(moves({".", ".", "."}, recreate, true), "");
  EXPECT_EQ(moves({".", ".", "."}, recreate), "+0+1+2");
}

TEST(Rollout, RoundsUpTheSurgeAndDownWhatMayBeMissing) {
  const auto bounds = [](std::size_t replicas, CountOrShare surge, CountOrShare unavailable) {
    const RolloutBounds b = bounds_of({.max_surge = surge, .max_unavailable = unavailable}, replicas);
    return std::pair(b.surge, b.unavailable);
  };
  constexpr CountOrShare kQuarter{0.25, true};
  EXPECT_EQ(bounds(1, kQuarter, kQuarter), std::pair(1uz, 0uz));
  EXPECT_EQ(bounds(3, kQuarter, kQuarter), std::pair(1uz, 0uz));
  EXPECT_EQ(bounds(4, kQuarter, kQuarter), std::pair(1uz, 1uz));
  EXPECT_EQ(bounds(10, kQuarter, kQuarter), std::pair(3uz, 2uz));
  EXPECT_EQ(bounds(10, {0, false}, {2, false}), std::pair(0uz, 2uz));
  EXPECT_EQ(bounds(3, {0, true}, {0.25, true}), std::pair(0uz, 1uz)) << "or it would never end";
  EXPECT_EQ(bounds(3, {0, false}, {7, false}), std::pair(0uz, 3uz));
}

TEST(Rollout, AnEvictedPodGoesBeforeAnotherIsMade) {
  const RolloutBounds by_default{.surge = 1, .unavailable = 0};
  const RollingPod stays{.place = 0, .available = true};
  const RollingPod goes{.place = 1, .available = true, .evicted = true};
  const RollingPod down{.place = 2, .evicted = true};
  using testing::ElementsAre;
  EXPECT_THAT(next_evictions(std::vector{stays, goes}, 2, by_default), ElementsAre(1u));
  EXPECT_THAT(next_evictions(std::vector{goes, goes, stays}, 3, by_default), ElementsAre(0u)) << "one after the other";
  EXPECT_THAT(next_evictions(std::vector{stays, goes, down}, 3, by_default), ElementsAre(2u));
  EXPECT_TRUE(next_moves(std::vector{stays, goes}, 2, by_default, false).none()) << "it is of the right template";
}

Fields release(std::string version) {
  Fields fields;
  fields.set("version", std::move(version), {});
  return fields;
}

events::Action action(World& world, events::ActionKind kind, std::string service) {
  return {world.now(), kind, std::move(service), "ada"};
}

// Names, addresses and ReplicaSets of checkout's pods that are there, as kube-state-metrics and service discovery have
// them.
struct Names {
  std::set<std::string> pods;
  std::set<std::string> uids;
  std::set<std::string> ips;
  std::set<std::string> replica_sets;
};
Names names(Drill& drill) {
  Names out;
  std::vector<double> values;
  for (std::size_t i = 0; i < drill.world().targets().size(); ++i) {
    if (drill.world().targets()[i].kind != TargetKind::kube_state_metrics) continue;
    drill.world().scrape(i, values);
    const auto& series = drill.world().targets()[i].series;
    for (std::size_t s = 0; s < values.size(); ++s) {
      const model::Labels& labels = series[s].labels;
      if (labels.metric_name() != "kube_pod_info" || is_absent(values[s])) continue;
      if (!labels.get("pod").starts_with("checkout-")) continue;
      out.pods.insert(std::string(labels.get("pod")));
      out.uids.insert(std::string(labels.get("uid")));
      out.ips.insert(std::string(labels.get("pod_ip")));
      out.replica_sets.insert(std::string(labels.get("created_by_name")));
    }
  }
  return out;
}

std::set<std::string> both(std::set<std::string> a, const std::set<std::string>& b) {
  a.insert(b.begin(), b.end());
  return a;
}

TEST(Rollout, PodsAreReplacedAndNotRenamed) {
  Drill drill(cluster_shop({fault("d", "bad_deploy", target_of("checkout"), 5min, 10min, release("1.1.0"))}));
  drill.run_for(4min);
  const Names before = names(drill);
  EXPECT_EQ(before.pods.size(), 3u);
  EXPECT_EQ(before.replica_sets.size(), 1u);
  drill.run_for(6min);
  const Names during = names(drill);
  EXPECT_EQ(both(before.pods, during.pods).size(), 6u) << pod_log(drill);
  EXPECT_EQ(both(before.uids, during.uids).size(), 6u);
  EXPECT_EQ(both(before.ips, during.ips).size(), 6u);
  EXPECT_EQ(both(before.replica_sets, during.replica_sets).size(), 2u);
  EXPECT_TRUE(during.pods.begin()->starts_with(*during.replica_sets.begin() + "-"));
  drill.run_for(10min);
  const Names after = names(drill);
  EXPECT_EQ(after.replica_sets, before.replica_sets) << "the rollback is to the ReplicaSet of before";
  EXPECT_EQ(both(both(before.pods, during.pods), after.pods).size(), 9u);
  EXPECT_EQ(drill.world().faults().front().pods.size(), 6u) << "those that were there while it was on";
}

TEST(Rollout, SurgesAndLosesNothing) {
  Drill drill(cluster_shop());
  drill.run_for(5min);
  ASSERT_TRUE(drill.world().apply(action(drill.world(), events::ActionKind::restart, "checkout")));
  double most = 0;
  for (int i = 0; i < 24; ++i) {
    drill.run_for(5s);
    EXPECT_GE(ready(drill), 3) << "surge 1, unavailable 0 of 3";
    most = std::max(most, kube(drill, "kube_deployment_status_replicas"));
  }
  EXPECT_EQ(most, 4);
  EXPECT_EQ(ready(drill), 3);
  EXPECT_EQ(count_events(drill, EventKind::pod_removed), 3) << pod_log(drill);
  drill.run_for(1min);
  EXPECT_LT(drill.error_ratio("web", 4), 1e-3) << "SIGTERM drains";
  EXPECT_LT(drill.error_ratio("checkout", 4), 1e-3);
}

TEST(Rollout, OldSeriesEndAndNewOnesBegin) {
  Drill drill(cluster_shop());
  drill.run_for(5min);
  const std::string old = pod_at(drill.world(), "checkout", 0);
  const double counted = drill.value("checkout", "http_requests_total", {{"pod", old}});
  ASSERT_TRUE(drill.world().apply(action(drill.world(), events::ActionKind::restart, "checkout")));
  drill.run_for(3min);
  const std::string next = pod_at(drill.world(), "checkout", 0);
  EXPECT_NE(next, old);
  EXPECT_EQ(drill.value("checkout", "http_requests_total", {{"pod", old}}), 0);
  EXPECT_GT(drill.value("checkout", "http_requests_total", {{"pod", next}}), 100);
  EXPECT_LT(drill.value("checkout", "http_requests_total", {{"pod", next}}), counted);
  EXPECT_EQ(kube(drill, "kube_pod_container_status_ready"), 3);
}

TEST(Rollout, RollbackGoesToTheRevisionBefore) {
  Drill drill(cluster_shop());
  drill.run_for(2min);
  const Names first = names(drill);
  ASSERT_TRUE(drill.world().apply(action(drill.world(), events::ActionKind::restart, "checkout")));
  drill.run_for(3min);
  const Names second = names(drill);
  EXPECT_NE(second.replica_sets, first.replica_sets);
  ASSERT_TRUE(drill.world().apply(action(drill.world(), events::ActionKind::rollback, "checkout")));
  drill.run_for(3min);
  EXPECT_EQ(names(drill).replica_sets, first.replica_sets);
  EXPECT_EQ(both(first.pods, names(drill).pods).size(), 6u);
}

TEST(Rollout, AfterARestartTheRevisionBeforeIsTheSameVersion) {
  Drill drill(cluster_shop({fault("d", "bad_deploy", target_of("checkout"), 2min, {}, release("2.0.0"))}));
  drill.run_for(1min);
  const Names first = names(drill);
  drill.run_for(5min);
  const Names bad = names(drill);
  ASSERT_TRUE(drill.world().apply(action(drill.world(), events::ActionKind::restart, "checkout")));
  drill.run_for(4min);
  EXPECT_NE(names(drill).replica_sets, bad.replica_sets);
  ASSERT_TRUE(drill.world().apply(action(drill.world(), events::ActionKind::rollback, "checkout")));
  drill.run_for(4min);
  EXPECT_EQ(names(drill).replica_sets, bad.replica_sets) << "kubectl rollout undo goes back one step";
  EXPECT_EQ(count_events(drill, EventKind::fault_ended, "d"), 0u);
  events::Action named = action(drill.world(), events::ActionKind::rollback, "checkout");
  named.arguments = events::Arguments{std::pair<std::string, std::string>("to_revision", "2")};
  ASSERT_TRUE(drill.world().apply(named));
  drill.run_for(4min);
  EXPECT_EQ(names(drill).replica_sets, first.replica_sets);
  EXPECT_EQ(count_events(drill, EventKind::fault_ended, "d"), 1u);
  named.t = drill.world().now();
  named.arguments = events::Arguments{std::pair<std::string, std::string>("to_revision", "2")};
  const auto gone = drill.world().apply(named);
  ASSERT_FALSE(gone) << "it is revision 6 now";
  EXPECT_THAT(gone.error(), testing::HasSubstr("has no revision 2"));
}

TEST(Rollout, UndoneTwiceIsDoneAgain) {
  Drill drill(cluster_shop({fault("d", "bad_deploy", target_of("checkout"), 2min, {}, release("2.0.0"))}));
  drill.run_for(6min);
  const Names bad = names(drill);
  ASSERT_TRUE(drill.world().apply(action(drill.world(), events::ActionKind::rollback, "checkout")));
  drill.run_for(4min);
  EXPECT_NE(names(drill).replica_sets, bad.replica_sets);
  ASSERT_TRUE(drill.world().apply(action(drill.world(), events::ActionKind::rollback, "checkout")));
  drill.run_for(4min);
  EXPECT_EQ(names(drill).replica_sets, bad.replica_sets);
}

// Of a ReplicaSet of checkout, as kube-state-metrics has it.
double replica_set(const Drill& drill, std::string_view metric, const std::string& name) {
  return drill.value("", metric, {{"replicaset", name}, {"namespace", "shop"}});
}

TEST(Rollout, ReplicaSetsStayAfterTheirPods) {
  Drill drill(cluster_shop());
  drill.run_for(2min);
  const std::string old = *names(drill).replica_sets.begin();
  EXPECT_EQ(replica_set(drill, "kube_replicaset_spec_replicas", old), 3);
  EXPECT_EQ(drill.value("", "kube_replicaset_owner", {{"owner_kind", "Deployment"}, {"owner_name", "checkout"}}), 2)
      << "and the one before it";
  ASSERT_TRUE(drill.world().apply(action(drill.world(), events::ActionKind::restart, "checkout")));
  drill.run_for(3min);
  const std::string next = *names(drill).replica_sets.begin();
  EXPECT_EQ(replica_set(drill, "kube_replicaset_spec_replicas", old), 0);
  EXPECT_EQ(replica_set(drill, "kube_replicaset_status_replicas", old), 0);
  EXPECT_EQ(replica_set(drill, "kube_replicaset_spec_replicas", next), 3);
  EXPECT_EQ(replica_set(drill, "kube_replicaset_status_ready_replicas", next), 3);
  EXPECT_GT(replica_set(drill, "kube_replicaset_created", next), replica_set(drill, "kube_replicaset_created", old));
  EXPECT_GT(replica_set(drill, "kube_replicaset_metadata_generation", old), 1);
  EXPECT_EQ(drill.value("", "kube_replicaset_owner", {{"owner_name", "checkout"}}), 3);
}

TEST(Rollout, KeepsSoManyReplicaSets) {
  WorldSpec spec = cluster_shop();
  service_in(spec, "checkout").revision_history_limit = 1;
  Drill drill(std::move(spec));
  for (int i = 0; i < 4; ++i) {
    drill.run_for(3min);
    ASSERT_TRUE(drill.world().apply(action(drill.world(), events::ActionKind::restart, "checkout")));
  }
  drill.run_for(3min);
  EXPECT_EQ(drill.value("", "kube_replicaset_owner", {{"owner_name", "checkout"}}), 2);
}

TEST(Rollout, OfACanaryOnlyItsPodIsUpdated) {
  Drill drill(cluster_shop({fault("d", "bad_deploy", target_of("checkout", "one"), 2min, {}, release("2.0.0"))}));
  drill.run_for(6min);
  EXPECT_EQ(names(drill).replica_sets.size(), 2u);
  EXPECT_EQ(kube(drill, "kube_deployment_status_replicas_updated"), 1);
}

TEST(Rollout, ANodeThatIsGoneGetsNoPods) {
  TargetSpec zone;
  zone.zone = "a";
  WorldSpec spec = cluster_shop({fault("z", "zone_down", zone, 2min, {})});
  service_in(spec, "checkout").zones = {"a", "b", "c"};
  Drill drill(std::move(spec));
  drill.run_for(4min);
  ASSERT_TRUE(drill.world().apply(action(drill.world(), events::ActionKind::restart, "checkout")));
  drill.run_for(3min);
  EXPECT_EQ(ready(drill), 3) << pod_log(drill);
}

WorldSpec zoned_shop(std::vector<FaultSpec> faults) {
  WorldSpec spec = cluster_shop(std::move(faults));
  service_in(spec, "checkout").zones = {"a", "b", "c"};
  return spec;
}

FaultSpec zone_a_down(Duration at, std::optional<Duration> duration) {
  TargetSpec zone;
  zone.zone = "a";
  return fault("z", "zone_down", zone, at, duration);
}

std::string node_at(const Drill& drill, std::size_t place) {
  const std::string pod = pod_at(const_cast<Drill&>(drill).world(), "checkout", place);
  for (const Target& target : const_cast<Drill&>(drill).world().targets()) {
    for (const auto& series : target.series) {
      if (series.labels.metric_name() == "kube_pod_info" && series.labels.get("pod") == pod) {
        return std::string(series.labels.get("node"));
      }
    }
  }
  return {};
}

TEST(Rollout, PodsOfALostNodeAreMadeElsewhereWhenTheyNoLongerTolerateIt) {
  Drill drill(zoned_shop({zone_a_down(2min, 20min)}));
  drill.run_for(2min + 50s + 295s);
  EXPECT_EQ(ready(drill), 2) << pod_log(drill);
  EXPECT_EQ(count_events(drill, EventKind::container_started), 0u);
  drill.run_for(30s);
  EXPECT_EQ(ready(drill), 3) << pod_log(drill);
  EXPECT_NE(node_at(drill, 0), "node-a");
  EXPECT_EQ(count_events(drill, EventKind::pod_removed), 0u) << "its kubelet has not heard of it";
  drill.run_for(20min);
  EXPECT_EQ(count_events(drill, EventKind::pod_removed), 1u) << pod_log(drill);
  EXPECT_EQ(ready(drill), 3);
}

TEST(Rollout, TolerationsSayForHowLong) {
  const auto started = [](std::vector<TolerationSpec> tolerations) {
    WorldSpec spec = zoned_shop({zone_a_down(2min, {})});
    service_in(spec, "checkout").tolerations = std::move(tolerations);
    Drill drill(std::move(spec));
    drill.run_for(10min);
    const auto events = events_of_pods(drill, EventKind::container_started);
    return events.empty() ? Duration(0) : events.front()->t - *parse_instant("2026-03-03T13:30:00Z");
  };
  const std::string key = "node.kubernetes.io/unreachable";
  EXPECT_EQ(started({{.key = key, .exists = true, .effect = "NoExecute", .seconds = 30}}), 2min + 50s + 30s + 1s);
  EXPECT_EQ(started({{.key = key, .exists = true, .effect = "NoExecute"}}), 0s) << "for ever";
  EXPECT_EQ(started({{.key = "other", .exists = true, .effect = "NoExecute"}}), 2min + 50s + 300s + 1s);
}

TEST(Rollout, NobodyIsEvictedWhereNoNodeIsLeft) {
  WorldSpec spec = cluster_shop({zone_a_down(2min, 10min)});
  for (ServiceSpec& service : spec.topology.services) service.zones = {"a"};
  Drill drill(std::move(spec));
  drill.run_for(11min);
  EXPECT_EQ(count_events(drill, EventKind::container_killed), 0u) << pod_log(drill);
}

TEST(Rollout, APodMadeBeforeTheLossIsKnownWaitsOnItsNode) {
  Drill drill(zoned_shop({zone_a_down(2min, 30min)}));
  drill.run_for(2min + 10s);
  ASSERT_TRUE(drill.world().apply(action(drill.world(), events::ActionKind::restart, "checkout")));
  drill.run_for(15s);
  EXPECT_EQ(node_at(drill, 0), "node-a") << "the scheduler does not know";
  EXPECT_EQ(count_events(drill, EventKind::container_started), 0u) << pod_log(drill);
  drill.run_for(2min);
  EXPECT_EQ(kube(drill, "kube_pod_container_status_waiting_reason", {{"reason", "ContainerCreating"}}), 1);
  drill.run_for(5min);
  EXPECT_EQ(ready(drill), 3) << pod_log(drill);
}

TEST(Rollout, RecreateLeavesNobodyForAWhile) {
  WorldSpec spec = cluster_shop();
  service_in(spec, "checkout").strategy.recreate = true;
  Drill drill(std::move(spec));
  drill.run_for(5min);
  ASSERT_TRUE(drill.world().apply(action(drill.world(), events::ActionKind::restart, "checkout")));
  drill.run_for(5s);
  EXPECT_EQ(ready(drill), 0) << pod_log(drill);
  drill.run_for(1min);
  const auto started = events_of_pods(drill, EventKind::container_started);
  ASSERT_EQ(started.size(), 3u) << pod_log(drill);
  for (const events::Event* gone : events_of_pods(drill, EventKind::pod_removed)) {
    EXPECT_LT(gone->t, started.front()->t);
  }
  EXPECT_EQ(ready(drill), 3);
  EXPECT_GT(drill.error_ratio("web", 2), 0.01);
}

TEST(Rollout, WaitsForMinReadySeconds) {
  const auto taken = [](std::int64_t seconds) {
    WorldSpec spec = cluster_shop();
    service_in(spec, "checkout").min_ready_seconds = seconds;
    Drill drill(std::move(spec));
    drill.run_for(2min);
    EXPECT_TRUE(drill.world().apply(action(drill.world(), events::ActionKind::restart, "checkout")));
    const Time begun = drill.world().now();
    drill.run_for(10min);
    const auto removed = events_of_pods(drill, EventKind::pod_removed);
    EXPECT_EQ(removed.size(), 3u);
    return removed.empty() ? 0s : removed.back()->t - begun;
  };
  const auto without = taken(0);
  const auto with = taken(60);
  EXPECT_GE(with - without, 170s);
  EXPECT_LE(with - without, 190s);
}

TEST(Rollout, StallsAfterItsDeadline) {
  Fields never = release("1.1.0");
  never.set("becomes_ready", false, {});
  WorldSpec spec = cluster_shop({fault("d", "bad_deploy", target_of("checkout"), 2min, 30min, never)});
  service_in(spec, "checkout").progress_deadline_seconds = 120;
  Drill drill(std::move(spec));
  const auto progressing = [&] {
    return kube(drill, "kube_deployment_status_condition", {{"condition", "Progressing"}, {"status", "true"}});
  };
  drill.run_for(3min + 30s);
  EXPECT_EQ(progressing(), 1);
  EXPECT_EQ(kube(drill, "kube_deployment_status_condition", {{"reason", "ReplicaSetUpdated"}}), 1);
  drill.run_for(1min);
  EXPECT_EQ(progressing(), 0);
  EXPECT_EQ(
      kube(drill, "kube_deployment_status_condition", {{"reason", "ProgressDeadlineExceeded"}, {"status", "false"}}),
      1);
  EXPECT_EQ(ready(drill), 3) << "the old ones carry on";
  EXPECT_EQ(kube(drill, "kube_deployment_status_replicas"), 4);
  EXPECT_EQ(kube(drill, "kube_deployment_status_replicas_updated"), 1);
  EXPECT_EQ(kube(drill, "kube_deployment_status_replicas_unavailable"), 1);
}

TEST(Rollout, WhatHitsAPlaceHitsTheNextPodThere) {
  Fields fields;
  fields.set("code", std::int64_t{500}, {});
  Drill drill(shop_world({fault("f", "http_error", target_of("checkout", "one"), 2min, {}, fields)}));
  drill.run_for(5min);
  EXPECT_NEAR(drill.error_ratio("checkout", 2), 1.0 / 3, 0.05);
  ASSERT_TRUE(drill.world().apply(action(drill.world(), events::ActionKind::restart, "checkout")));
  drill.run_for(10min);
  EXPECT_NEAR(drill.error_ratio("checkout", 5), 1.0 / 3, 0.05) << "a restart is no cure of it";
  EXPECT_EQ(drill.world().faults().front().pods.size(), 2u);
}

}  // namespace
}  // namespace firedrill::fake_services
