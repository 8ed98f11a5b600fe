// Faults that a release brings, of its version or its configuration: what shows in the metrics and the probes, that it
// is witnessed, and that going back undoes it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pod_faults.h"

namespace firedrill::fake_services {
namespace {

using testing::HasSubstr;

double of_version(const Drill& drill, std::string version) {
  return drill.value("checkout", "build_info", {{"version", std::move(version)}});
}

TEST(ReleaseFaults, BadDeployThatTurnsReadyGoesAllTheWayAndBack) {
  Drill drill(cluster_shop(
      {on_checkout("bad_deploy", {{"version", std::string("1.1.0")}, {"errors", 0.4}, {"slower", 3.0}}, 15min)}));
  drill.run_for(5min + 30s);
  EXPECT_GE(ready(drill), 3) << "another one first";
  drill.run_for(9min);
  EXPECT_EQ(of_version(drill, "1.1.0"), 3) << pod_log(drill);
  EXPECT_EQ(of_version(drill, "1.0.0"), 0);
  EXPECT_EQ(kube(drill, "kube_deployment_status_replicas_updated"), 3);
  EXPECT_NEAR(errors(drill, 5), 0.4, 0.03);
  EXPECT_EQ(kube(drill, "kube_deployment_status_condition", {{"condition", "Progressing"}, {"status", "true"}}), 1);
  EXPECT_THAT(witness(drill), HasSubstr("of checkout run 1.1.0 (before: 0)"));
  drill.run_for(15min);
  EXPECT_EQ(of_version(drill, "1.0.0"), 3) << pod_log(drill);
  EXPECT_EQ(ready(drill), 3);
  EXPECT_LT(errors(drill, 5), 1e-3);
  EXPECT_EQ(kube(drill, "kube_pod_container_status_restarts_total"), 0) << "replaced, not restarted";
}

// What a replica counts is of the version that it runs, on its own metrics and on those of a scenario.
TEST(ReleaseFaults, RequestsAreToldApartByVersion) {
  WorldSpec spec = cluster_shop(
      {on_checkout("bad_deploy", {{"version", std::string("1.1.0")}, {"errors", 0.4}}, 15min, "fixed-percent", 0.34)});
  service_in(spec, "checkout").version_label = true;
  const auto own = [](std::string name, std::string signal, model::MetricType type, std::string per = "replica") {
    MetricSpec metric;
    metric.name = std::move(name);
    metric.service = "checkout";
    metric.type = type;
    metric.signal = std::move(signal);
    metric.labels = {{"release", "version"}};
    metric.per = std::move(per);
    EXPECT_EQ(problem_of(metric).what, "");
    return metric;
  };
  spec.metrics = {own("failures", "errors", model::MetricType::counter),
                  own("bad", "error_ratio", model::MetricType::gauge, "service"),
                  own("rss", "memory", model::MetricType::gauge, "service")};
  Drill drill(std::move(spec));
  const auto requests = [&](std::string version, std::string code) {
    return drill.value("checkout", "http_requests_total", {{"version", std::move(version)}, {"code", std::move(code)}});
  };
  const auto of = [&](std::string_view metric, std::string version) {
    return drill.value("checkout", metric, {{"release", std::move(version)}});
  };
  drill.run_for(4min);
  EXPECT_GT(requests("1.0.0", "200"), 1000);
  EXPECT_EQ(requests("1.1.0", "200"), 0);
  const double memory = of("rss", "1.0.0");
  drill.run_for(14min);
  const double ok = requests("1.1.0", "200");
  EXPECT_NEAR(requests("1.1.0", "500") / (ok + requests("1.1.0", "500")), 0.4, 0.03);
  EXPECT_EQ(requests("1.0.0", "500"), 0);
  EXPECT_EQ(drill.value("checkout", "http_request_duration_seconds_count", {{"version", "1.1.0"}}),
            ok + requests("1.1.0", "500"));
  EXPECT_EQ(of("failures", "1.1.0"), requests("1.1.0", "500"));
  EXPECT_EQ(of("failures", "1.0.0"), 0);
  EXPECT_NEAR(of("bad", "1.1.0"), 0.4, 0.1);
  EXPECT_EQ(of("bad", "1.0.0"), 0);
  EXPECT_NEAR(of("rss", "1.1.0") / memory, 1.0 / 3, 0.02);
  EXPECT_NEAR(of("rss", "1.0.0") / memory, 2.0 / 3, 0.02);
  drill.run_for(10min);
  EXPECT_EQ(requests("1.1.0", "200"), 0) << "rolled back";
  EXPECT_EQ(of("rss", "1.1.0"), 0);
}

// The fix is worse, and is undone first. Which of the two stands first in the scenario does not matter.
TEST(ReleaseFaults, ASecondDeployRollsForwardAndIsRolledBackToTheFirst) {
  const auto release = [](std::string version, double errors, Duration at, Duration duration) {
    FaultSpec spec = on_checkout("bad_deploy", {{"version", version}, {"errors", errors}}, duration);
    spec.id = version;
    spec.at = at;
    return spec;
  };
  Drill drill(cluster_shop({release("1.2.0", 0.5, 10min, 6min), release("1.1.0", 0.1, 5min, 20min)}));
  drill.run_for(9min);
  EXPECT_EQ(of_version(drill, "1.1.0"), 3);
  drill.run_for(6min);
  EXPECT_EQ(of_version(drill, "1.2.0"), 3) << pod_log(drill);
  EXPECT_NEAR(errors(drill, 3), 0.5, 0.03);
  drill.run_for(5min);
  EXPECT_EQ(of_version(drill, "1.1.0"), 3) << pod_log(drill);
  EXPECT_NEAR(errors(drill, 2), 0.1, 0.03);
  drill.run_for(10min);
  EXPECT_EQ(of_version(drill, "1.0.0"), 3);
  EXPECT_EQ(ready(drill), 3);
  const auto states = drill.world().faults();
  ASSERT_EQ(states.size(), 2u);
  for (const FaultState& state : states) {
    EXPECT_THAT(state.witness.what, HasSubstr(format("of checkout run {} (before: 0)", state.id)));
    EXPECT_LE(state.witness.at - state.injected, 1min);
  }
}

TEST(ReleaseFaults, BadDeployThatIsNeverReadyStalls) {
  for (const bool crashes : {false, true}) {
    Values values = {{"version", std::string("1.1.0")}};
    if (crashes) {
      values.emplace_back("crash_after", Duration(1s));
    } else {
      values.emplace_back("becomes_ready", false);
    }
    Drill drill(cluster_shop({on_checkout("bad_deploy", values, 20min)}));
    drill.run_for(24min);
    EXPECT_EQ(ready(drill), 3) << pod_log(drill);
    EXPECT_EQ(kube(drill, "kube_deployment_status_replicas"), 4);
    EXPECT_EQ(kube(drill, "kube_deployment_status_replicas_updated"), 1);
    EXPECT_EQ(kube(drill, "kube_deployment_status_condition", {{"condition", "Progressing"}, {"status", "false"}}), 1);
    EXPECT_LT(errors(drill, 10), 0.01) << "the old ones carry on";
    EXPECT_EQ(count_events(drill, EventKind::container_backoff) > 3, crashes);
    drill.run_for(10min);
    EXPECT_EQ(ready(drill), 3) << pod_log(drill);
    EXPECT_EQ(of_version(drill, "1.0.0"), 3);
  }
}

TEST(ReleaseFaults, CanaryFailsItsShareOnly) {
  Drill drill(cluster_shop(
      {on_checkout("bad_deploy", {{"version", std::string("1.1.0")}, {"errors", 1.0}}, 15min, "fixed-percent", 0.34)}));
  drill.run_for(19min);
  EXPECT_EQ(of_version(drill, "1.1.0"), 1);
  EXPECT_EQ(of_version(drill, "1.0.0"), 2);
  EXPECT_NEAR(errors(drill, 5), 1.0 / 3, 0.03);
}

TEST(ReleaseFaults, ConfigPushBreaksAllAtOnceAndRestartsDoNotHelp) {
  Drill drill(cluster_shop({on_checkout("config_push", {{"effect", std::string("crashes")}}, 10min)}));
  drill.run_for(5min);
  EXPECT_EQ(ready(drill), 0) << "all at the same instant";
  for (int i = 0; i < 9; ++i) {
    drill.run_for(1min);
    EXPECT_EQ(ready(drill), 0);
  }
  EXPECT_GE(count_events(drill, EventKind::container_restarted), 12u);
  EXPECT_GT(errors(drill, 9), 0.99);
  EXPECT_THAT(witness(drill), HasSubstr("0 of 3 replicas of checkout are ready"));
  drill.run_for(10min);
  EXPECT_EQ(ready(drill), 3) << "the old configuration heals, as fast as the back-off lets it";
  EXPECT_LT(errors(drill, 3), 1e-3);
}

TEST(ReleaseFaults, ConfigPushMayFailRequestsOrReadiness) {
  Drill errors_of_all(cluster_shop({on_checkout("config_push", {{"code", std::int64_t{502}}}, 10min)}));
  errors_of_all.run_for(14min);
  EXPECT_GT(errors_of_all.error_ratio("checkout", 5), 0.95);
  EXPECT_THAT(witness(errors_of_all), HasSubstr("were answered 502"));
  Drill unready(cluster_shop({on_checkout("config_push", {{"effect", std::string("unready")}}, 10min)}));
  unready.run_for(14min);
  EXPECT_EQ(ready(unready), 0);
  EXPECT_EQ(count_events(unready, EventKind::container_restarted), 0u);
  EXPECT_THAT(witness(unready), HasSubstr("0 of 3 replicas"));
  unready.run_for(3min);
  EXPECT_EQ(ready(unready), 3);
}

}  // namespace
}  // namespace firedrill::fake_services
