// Faults of pods and processes, one test each: what shows in the metrics, what shows in the probes, that it is
// witnessed, and that it is gone afterwards.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probed_shop.h"

namespace firedrill::fake_services {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

using Values = std::vector<std::pair<std::string_view, FieldValue>>;

Fields fields_of(const Values& values) {
  Fields fields;
  for (const auto& [name, value] : values) fields.set(name, value, {});
  return fields;
}

FaultSpec on_checkout(std::string_view kind, const Values& values, Duration duration, std::string mode = "all",
                      double value = 0) {
  return fault("it", std::string(kind), target_of("checkout", std::move(mode), value), 5min, duration,
               fields_of(values));
}

std::string witness(const Drill& drill) {
  for (const events::Event& e : drill.events()) {
    if (e.kind == EventKind::fault_witnessed) return e.text("symptom");
  }
  return "not witnessed";
}

double probes(const Drill& drill, std::string_view type, std::string_view result) {
  return kube(drill, "prober_probe_total", {{"probe_type", std::string(type)}, {"result", std::string(result)}});
}

// The share of errors over the last minutes, of requests that there must have been.
double errors(const Drill& drill, std::size_t minutes) {
  EXPECT_GT(drill.truth("checkout", minutes).requests, 1500 * static_cast<double>(minutes));
  return drill.error_ratio("checkout", minutes);
}

double ups(const Drill& drill) {  // checkout's targets that answer
  return drill.value("checkout", "build_info");
}

std::vector<std::string> waits(const Drill& drill, std::string_view pod) {
  std::vector<std::string> out;
  for (const events::Event* e : events_of_pods(drill, EventKind::container_backoff, pod))
    out.push_back(format("{:g} s", e->number("delay_seconds")));
  return out;
}

TEST(PodFaults, CrashEndsProcessesOnce) {
  Drill drill(cluster_shop({on_checkout("crash", {{"signal", std::int64_t{11}}}, 5min)}));
  drill.run_for(4min);
  const double counted = drill.value("checkout", "http_requests_total");
  drill.run_for(1min);
  EXPECT_EQ(ups(drill), 0) << "nothing listens";
  drill.run_for(1min);
  EXPECT_LT(drill.value("checkout", "http_requests_total"), counted / 2) << "counters begin anew";
  EXPECT_EQ(kube(drill, "kube_pod_container_status_restarts_total"), 3);
  EXPECT_EQ(kube(drill, "kube_pod_container_status_last_terminated_reason", {{"reason", "Error"}}), 3);
  EXPECT_EQ(kube(drill, "kube_pod_container_status_last_terminated_exitcode"), 3 * 139);
  EXPECT_EQ(ready(drill), 3);
  EXPECT_EQ(count_events(drill, EventKind::endpoint_unready), 3);
  EXPECT_THAT(witness(drill), HasSubstr("3 containers of checkout ended"));
  drill.run_for(20min);
  EXPECT_EQ(kube(drill, "kube_pod_container_status_restarts_total"), 3) << pod_log(drill);
  EXPECT_LT(errors(drill, 10), 1e-3);
}

TEST(PodFaults, CrashLoopRestartsInASawtooth) {
  Drill drill(cluster_shop({on_checkout("crash_loop", {}, 15min, "fixed", 2)}));
  drill.run_for(5min);
  const double before = drill.value("checkout", "http_requests_total", {{"code", "200"}});
  double backing_off = 0;
  for (int i = 0; i < 60; ++i) {
    drill.run_for(15s);
    backing_off = std::max(backing_off,
                           kube(drill, "kube_pod_container_status_waiting_reason", {{"reason", "CrashLoopBackOff"}}));
  }
  EXPECT_EQ(backing_off, 2);
  EXPECT_EQ(ready(drill), 1);
  EXPECT_LT(errors(drill, 10), 0.01) << "the survivor takes the load";
  EXPECT_GT(drill.value("checkout", "http_requests_total", {{"code", "200"}}), before / 3 * 2);
  const auto first = events_of_pods(drill, EventKind::container_backoff).front()->subject;
  const auto waited = waits(drill, first);
  ASSERT_GE(waited.size(), 5u) << pod_log(drill);
  EXPECT_THAT(std::vector(waited.begin(), waited.begin() + 5), ElementsAre("10 s", "20 s", "40 s", "80 s", "160 s"));
  EXPECT_THAT(witness(drill), HasSubstr("containers of checkout ended"));
  drill.run_for(10min);
  EXPECT_EQ(ready(drill), 3) << pod_log(drill);
}

TEST(PodFaults, BackOffIsForgottenAfterTenMinutesOfRunningWell) {
  FaultSpec again = on_checkout("crash", {}, 1min, "all");
  again.id = "again";
  again.at = 40min;
  Drill drill(cluster_shop({on_checkout("crash_loop", {}, 3min), again}));
  drill.run_for(39min);
  EXPECT_GT(count_events(drill, EventKind::container_backoff), 6u);
  const auto until_then = count_events(drill, EventKind::container_backoff);
  const auto restarts = count_events(drill, EventKind::container_restarted);
  drill.run_for(2min);
  EXPECT_EQ(count_events(drill, EventKind::container_restarted), restarts + 3);
  EXPECT_EQ(count_events(drill, EventKind::container_backoff), until_then) << pod_log(drill);
}

TEST(PodFaults, OomKillsWhatNeedsMore) {
  Drill drill(cluster_shop({on_checkout("oom", {{"limit", 64e6}}, 10min)}));
  drill.run_for(10min);
  EXPECT_EQ(kube(drill, "kube_pod_container_status_last_terminated_reason", {{"reason", "OOMKilled"}}) +
                kube(drill, "kube_pod_container_status_terminated_reason", {{"reason", "OOMKilled"}}),
            3);
  EXPECT_GE(count_events(drill, EventKind::container_oom_killed), 9u);
  EXPECT_GE(kube(drill, "kube_pod_container_status_restarts_total"), 6);
  EXPECT_LT(ready(drill), 3);
  EXPECT_THAT(witness(drill), HasSubstr("killed for their memory"));
  drill.run_for(15min);
  EXPECT_EQ(ready(drill), 3) << pod_log(drill);
}

TEST(PodFaults, MemoryLeakRampsToItsLimitAgainAndAgain) {
  const double mega = 1024 * 1024;
  Drill drill(cluster_shop({on_checkout("memory_leak", {{"rate", 16 * mega}, {"limit", 256 * mega}}, 30min, "one")}));
  drill.run_for(5min);
  const double idle = drill.value("checkout", "process_resident_memory_bytes") / 3;
  drill.run_for(4min);
  EXPECT_NEAR(drill.value("checkout", "process_resident_memory_bytes"), 3 * idle + 4 * 16 * mega, 8 * mega);
  EXPECT_EQ(count_events(drill, EventKind::container_oom_killed), 0);
  EXPECT_EQ(count_events(drill, EventKind::probe_failure), 0) << "probes pass until the kill";
  drill.run_for(5min);
  EXPECT_EQ(count_events(drill, EventKind::container_oom_killed), 1) << pod_log(drill);
  EXPECT_LT(drill.value("checkout", "process_resident_memory_bytes"), 3 * idle + 3 * 16 * mega);
  drill.run_for(14min);
  EXPECT_EQ(count_events(drill, EventKind::container_oom_killed), 2) << pod_log(drill);
  EXPECT_EQ(kube(drill, "kube_pod_container_status_last_terminated_reason", {{"reason", "OOMKilled"}}), 1);
  EXPECT_THAT(witness(drill), HasSubstr("MiB of memory"));
  EXPECT_LT(errors(drill, 20), 0.01);
  drill.run_for(7min);
  const double left = drill.value("checkout", "process_resident_memory_bytes");
  drill.run_for(20min);
  EXPECT_NEAR(drill.value("checkout", "process_resident_memory_bytes"), left, 8 * mega) << "what is leaked stays";
  EXPECT_EQ(count_events(drill, EventKind::container_oom_killed), 3);
}

TEST(PodFaults, NoTwoReplicasLeakAlike) {
  const double mega = 1024 * 1024;
  Drill drill(cluster_shop({on_checkout("memory_leak", {{"rate", 16 * mega}, {"limit", 256 * mega}}, 30min)}));
  drill.run_for(14min);
  const auto killed = events_of_pods(drill, EventKind::container_oom_killed);
  ASSERT_EQ(killed.size(), 3u) << pod_log(drill);
  EXPECT_LT(killed[0]->t, killed[2]->t);
  EXPECT_LT(killed[2]->t, killed[0]->t + 1s);
  EXPECT_THAT(witness(drill), HasSubstr("MiB more than "));
}

TEST(PodFaults, CrashIsOverAtOnceAndSeenAfterwards) {
  FaultSpec crash = on_checkout("crash", {}, 30min);
  crash.duration.reset();
  Drill drill(cluster_shop({crash}));
  drill.run_for(10min);
  const FaultState state = drill.world().faults().at(0);
  EXPECT_EQ(state.ended, state.injected + 1s);
  EXPECT_TRUE(state.witness.observed);
}

// On whichever of the replicas, and while it only begins to leak; but not what comes and goes without a leak, too.
TEST(PodFaults, ALeakIsSeenOnceItIsMoreThanNoise) {
  const double mega = 1024 * 1024;
  for (const auto& [rate, seen] : {std::pair(64.0, false), std::pair(1024.0, false), std::pair(64 * mega, true)}) {
    for (const char* mode : {"one", "all"}) {
      for (const Duration ramp : {Duration(0s), Duration(8min)}) {
        FaultSpec leak = on_checkout("memory_leak", {{"rate", rate}}, 10min, mode);
        leak.ramp = ramp;
        leak.probability = 0.1;
        Drill drill(cluster_shop({leak}));
        drill.run_for(10min);
        const auto told = drill.world().faults().at(0).witness;
        EXPECT_EQ(told.observed, seen) << rate << " " << mode << " " << to_seconds(ramp) << ": " << told.what;
        EXPECT_THAT(told.what, HasSubstr(seen ? "more than" : "come and go without a fault"));
        WorldSpec harmless = cluster_shop({leak});
        harmless.disable_faults = true;
        Drill without(std::move(harmless));
        without.run_for(20min);
        EXPECT_EQ(witness(without), "not witnessed") << rate;
      }
    }
  }
}

TEST(PodFaults, CrashLoopThatDoesNotLoopIsNotWitnessed) {
  Drill drill(cluster_shop({on_checkout("crash_loop", {{"after", Duration(1h)}}, 10min)}));
  drill.run_for(20min);
  EXPECT_EQ(count_events(drill, EventKind::container_restarted), 3u);
  EXPECT_EQ(witness(drill), "not witnessed");
}

TEST(PodFaults, StartupFailureIsKilledByItsStartupProbe) {
  WorldSpec spec = cluster_shop({on_checkout("startup_failure", {}, 10min, "one")});
  service_in(spec, "checkout").startup_probe = get_probe("/health/startup", 5, 6);
  Drill drill(std::move(spec));
  drill.run_for(14min);
  EXPECT_EQ(ups(drill), 2) << "no first sample";
  EXPECT_EQ(ready(drill), 2);
  EXPECT_GE(probes(drill, "Startup", "failed"), 12);
  EXPECT_GE(count_events(drill, EventKind::container_killed), 2u) << pod_log(drill);
  EXPECT_EQ(events_of_pods(drill, EventKind::container_killed)[0]->text("reason"), "the startup probe failed");
  EXPECT_LT(errors(drill, 10), 0.01) << "readiness keeps requests away";
  EXPECT_THAT(witness(drill), HasSubstr("2 of 3 replicas of checkout are ready"));
  drill.run_for(12min);
  EXPECT_EQ(ready(drill), 3) << pod_log(drill);
}

TEST(PodFaults, StartupFailureWithoutProbesTakesRequestsAndRefusesThem) {
  WorldSpec spec = cluster_shop({on_checkout("startup_failure", {}, 10min, "one")});
  service_in(spec, "checkout").liveness_probe.reset();
  service_in(spec, "checkout").readiness_probe.reset();
  Drill drill(std::move(spec));
  drill.run_for(14min);
  EXPECT_EQ(ready(drill), 3) << "nobody has looked";
  EXPECT_GT(errors(drill, 5), 0.2);
  EXPECT_THAT(witness(drill), HasSubstr("connection attempts to checkout were refused after 1 restart "));
  EXPECT_EQ(count_events(drill, EventKind::container_killed), 0);
  drill.run_for(6min);
  EXPECT_LT(errors(drill, 3), 1e-3);
}

TEST(PodFaults, StartupFailureMayEndTheProcess) {
  Drill drill(cluster_shop({on_checkout("startup_failure", {{"fails", std::string("exits")}}, 10min, "one")}));
  drill.run_for(14min);
  EXPECT_GE(count_events(drill, EventKind::container_backoff), 3u) << pod_log(drill);
  EXPECT_EQ(ready(drill), 2);
}

// One that waits in its back-off when the fault ends comes up minutes later; one that hangs, at once.
TEST(PodFaults, StartupFailureHasRecoveredWhenItsReplicasListen) {
  Drill exits(cluster_shop({on_checkout("startup_failure", {{"fails", std::string("exits")}}, 10min)}));
  exits.run_for(25min);
  EXPECT_EQ(ready(exits), 3);
  const FaultState state = exits.world().faults().at(0);
  const auto said = std::ranges::find(exits.events(), EventKind::fault_recovered, &events::Event::kind);
  EXPECT_EQ(state.ended, said->t);
  EXPECT_GE(*state.ended, events_of_pods(exits, EventKind::container_restarted).back()->t);
  EXPECT_GT(*state.ended - state.injected, 10min + 30s);
  EXPECT_LT(*state.ended - state.injected, 15min + 10s);
  WorldSpec unprobed = cluster_shop({on_checkout("startup_failure", {}, 10min)});
  service_in(unprobed, "checkout").liveness_probe.reset();
  Drill hangs(std::move(unprobed));
  hangs.run_for(16min);
  EXPECT_EQ(hangs.world().faults().at(0).ended, hangs.world().faults().at(0).injected + 10min);
}

TEST(PodFaults, SlowStartIsWaitedForOrKilled) {
  const auto run = [](bool patient) {
    WorldSpec spec = cluster_shop({on_checkout("slow_start", {{"delay", Duration(60s)}}, 10min, "one")});
    if (patient) service_in(spec, "checkout").startup_probe = get_probe("/health/startup", 5, 30);
    Drill drill(std::move(spec));
    drill.run_for(5min + 45s);
    EXPECT_EQ(ready(drill), 2);
    EXPECT_EQ(ups(drill), 2) << "the first sample is late";
    EXPECT_THAT(witness(drill), HasSubstr("1 of 1 replicas of checkout were restarted and do not listen"));
    drill.run_for(9min);
    EXPECT_LT(errors(drill, 10), 0.01);
    const std::size_t kills = count_events(drill, EventKind::container_killed);
    EXPECT_EQ(ready(drill), patient ? 3 : 2) << pod_log(drill);
    drill.run_for(10min);
    EXPECT_EQ(ready(drill), 3) << pod_log(drill);
    return kills;
  };
  EXPECT_EQ(run(true), 0u);
  EXPECT_GE(run(false), 4u) << "the liveness probe kills it before it is up";
}

// A restart alone is none: what takes as long as ever is not slow.
TEST(PodFaults, SlowStartIsNotSeenInWhatStartsAsEver) {
  const auto seen = [](Duration delay, bool probed) {
    WorldSpec spec = cluster_shop({on_checkout("slow_start", {{"factor", 1.0}, {"delay", delay}}, 10min)});
    if (!probed) service_in(spec, "checkout").liveness_probe = service_in(spec, "checkout").readiness_probe = {};
    Drill drill(std::move(spec));
    drill.run_for(16min);
    return drill.world().faults().at(0).witness;
  };
  for (const bool probed : {true, false}) {
    EXPECT_FALSE(seen(1ms, probed).observed);
    EXPECT_FALSE(seen(100ms, probed).observed);
    EXPECT_THAT(seen(1ms, probed).what,
                HasSubstr("3 of 3 replicas of checkout are ready (before: 3) after 3 restarts"));
    EXPECT_TRUE(seen(10s, probed).observed);
  }
}

TEST(PodFaults, ReadinessFlapChurnsEndpoints) {
  Drill drill(cluster_shop({on_checkout("readiness_flap", {}, 10min, "one")}));
  drill.run_for(15min);
  EXPECT_NEAR(static_cast<double>(count_events(drill, EventKind::endpoint_unready)), 5, 1) << pod_log(drill);
  EXPECT_EQ(count_events(drill, EventKind::container_restarted), 0);
  EXPECT_GE(probes(drill, "Readiness", "failed"), 30);
  EXPECT_EQ(probes(drill, "Liveness", "failed"), 0);
  EXPECT_LT(errors(drill, 10), 1e-3);
  EXPECT_THAT(witness(drill), HasSubstr("readiness probes of checkout failed"));
  drill.run_for(5min);
  EXPECT_EQ(ready(drill), 3);
  const auto churned = count_events(drill, EventKind::endpoint_unready);
  drill.run_for(20min);
  EXPECT_EQ(count_events(drill, EventKind::endpoint_unready), churned);
}

TEST(PodFaults, ReadinessFlapTakesReplicasByTurns) {
  Drill drill(cluster_shop({on_checkout("readiness_flap", {}, 12min)}));
  drill.run_for(5min);
  double fewest = 3;
  for (int i = 0; i < 48; ++i) {
    drill.run_for(15s);
    fewest = std::min(fewest, ready(drill));
  }
  EXPECT_EQ(fewest, 1) << "unready for half of the time, a third of the period apart";
  for (std::size_t place = 0; place < 3; ++place) {
    const std::string pod = pod_at(drill.world(), "checkout", place);
    EXPECT_NEAR(static_cast<double>(count_events(drill, EventKind::endpoint_unready, pod)), 6, 1) << pod_log(drill);
  }
  EXPECT_LT(errors(drill, 10), 1e-3) << "the others carry its load";
  drill.run_for(5min);
  EXPECT_EQ(ready(drill), 3);
}

TEST(PodFaults, DeadlockIsHealedByTheLivenessProbe) {
  Drill drill(cluster_shop({on_checkout("liveness_deadlock", {}, 10min, "one")}));
  drill.run_for(5min + 30s);
  EXPECT_GT(drill.value("checkout", "active_connections"), 10) << "in flight climbs";
  drill.run_for(90s);
  const auto killed = events_of_pods(drill, EventKind::container_killed);
  ASSERT_EQ(killed.size(), 1u) << pod_log(drill);
  EXPECT_EQ(killed[0]->text("reason"), "the liveness probe failed");
  EXPECT_EQ(events_of_pods(drill, EventKind::container_exited)[0]->text("reason"), "Error, exit code 137");
  EXPECT_THAT(witness(drill), HasSubstr("checkout"));
  drill.run_for(15min);
  EXPECT_EQ(ready(drill), 3);
  EXPECT_EQ(count_events(drill, EventKind::container_restarted), 1u);
  EXPECT_LT(errors(drill, 10), 1e-3);
}

TEST(PodFaults, DeadlockWithoutALivenessProbeStays) {
  WorldSpec spec = cluster_shop({on_checkout("liveness_deadlock", {}, 5min, "one")});
  service_in(spec, "checkout").liveness_probe.reset();
  service_in(spec, "checkout").readiness_probe.reset();
  Drill drill(std::move(spec));
  drill.run_for(20min);
  EXPECT_GT(errors(drill, 5), 0.2) << "nothing restarts it, and it is sent a third of all requests";
  EXPECT_THAT(witness(drill), HasSubstr("were not answered in time"));
}

TEST(PodFaults, ProbesThatLieShowNothing) {
  Drill drill(cluster_shop({on_checkout("probe_lies_ok", {}, 10min)}));
  drill.run_for(15min);
  EXPECT_GT(errors(drill, 9), 0.95);
  EXPECT_EQ(count_events(drill, EventKind::probe_failure), 0);
  EXPECT_EQ(count_events(drill, EventKind::endpoint_unready), 0);
  EXPECT_EQ(kube(drill, "kube_deployment_status_replicas_available"), 3);
  EXPECT_EQ(probes(drill, "Readiness", "failed") + probes(drill, "Liveness", "failed"), 0);
  EXPECT_THAT(witness(drill), HasSubstr("probes succeeded and none failed"));
  drill.run_for(10min);
  EXPECT_LT(errors(drill, 5), 1e-3);
}

double of_version(const Drill& drill, std::string version) {
  return drill.value("checkout", "build_info", {{"version", std::move(version)}});
}

TEST(PodFaults, BadDeployThatTurnsReadyGoesAllTheWayAndBack) {
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
TEST(PodFaults, RequestsAreToldApartByVersion) {
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
TEST(PodFaults, ASecondDeployRollsForwardAndIsRolledBackToTheFirst) {
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

TEST(PodFaults, BadDeployThatIsNeverReadyStalls) {
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

TEST(PodFaults, CanaryFailsItsShareOnly) {
  Drill drill(cluster_shop(
      {on_checkout("bad_deploy", {{"version", std::string("1.1.0")}, {"errors", 1.0}}, 15min, "fixed-percent", 0.34)}));
  drill.run_for(19min);
  EXPECT_EQ(of_version(drill, "1.1.0"), 1);
  EXPECT_EQ(of_version(drill, "1.0.0"), 2);
  EXPECT_NEAR(errors(drill, 5), 1.0 / 3, 0.03);
}

TEST(PodFaults, ConfigPushBreaksAllAtOnceAndRestartsDoNotHelp) {
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

TEST(PodFaults, ConfigPushMayFailRequestsOrReadiness) {
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

TEST(PodFaults, ThreadExhaustionQueuesAtAnIdleProcessor) {
  Drill drill(cluster_shop({on_checkout("thread_exhaustion", {{"left", 0.03}}, 10min)}));
  drill.run_for(5min);
  double queued = 0;
  for (int i = 0; i < 20; ++i) {
    drill.run_for(15s);
    queued = std::max(queued, drill.value("checkout", "http_requests_queued"));
  }
  EXPECT_GT(queued, 50);
  EXPECT_GT(errors(drill, 3), 0.1);
  EXPECT_GT(probes(drill, "Liveness", "failed"), 0) << "probes wait in the same queue";
  EXPECT_NE(witness(drill), "not witnessed");
  drill.run_for(25min);
  EXPECT_EQ(ready(drill), 3);
  EXPECT_LT(errors(drill, 3), 0.01);
}

TEST(PodFaults, PodsOfALostNodeAreMarkedNotReadyAfterAWhile) {
  TargetSpec zone;
  zone.zone = "b";
  WorldSpec spec = cluster_shop({fault("gone", "zone_down", zone, 5min, 10min)});
  service_in(spec, "checkout").zones = {"a", "b"};
  Drill drill(std::move(spec));
  drill.run_for(5min + 45s);
  EXPECT_EQ(ready(drill), 3) << "nobody has noticed yet";
  const double seen = probes(drill, "Readiness", "successful");
  drill.run_for(30s);
  EXPECT_EQ(ready(drill), 2) << pod_log(drill);
  EXPECT_EQ(kube(drill, "kube_deployment_status_replicas_available"), 2);
  EXPECT_EQ(count_events(drill, EventKind::probe_failure), 0) << "its kubelet is gone with it";
  EXPECT_NEAR(probes(drill, "Readiness", "successful"), seen + 12, 1) << "the others are probed";
  drill.run_for(8min);
  EXPECT_LT(errors(drill, 5), 0.01) << "what is left takes the load";
  drill.run_for(5min);
  EXPECT_EQ(ready(drill), 3) << pod_log(drill);
  EXPECT_EQ(count_events(drill, EventKind::container_restarted), 0);
}

// The injector says that it is on, and turns nothing: only what was counted may testify.
TEST(PodFaults, NoneIsWitnessedWithoutItsEffect) {
  const std::pair<const char*, Values> kinds[] = {
      {"crash", {}},
      {"crash_loop", {}},
      {"oom", {{"limit", 64e6}}},
      {"memory_leak", {{"rate", 16e6}}},
      {"startup_failure", {}},
      {"slow_start", {}},
      {"readiness_flap", {}},
      {"liveness_deadlock", {}},
      {"probe_lies_ok", {}},
      {"bad_deploy", {{"version", std::string("1.1.0")}, {"errors", 0.5}}},
      {"config_push", {}},
      {"config_push", {{"effect", std::string("crashes")}}},
      {"config_push", {{"effect", std::string("unready")}}},
      {"thread_exhaustion", {}},
  };
  std::vector<FaultSpec> faults;
  for (const auto& [kind, values] : kinds) {
    faults.push_back(on_checkout(kind, values, 25min));
    faults.back().id = format("{}-{}", kind, faults.size());
  }
  WorldSpec spec = cluster_shop(std::move(faults));
  spec.disable_faults = true;
  service_in(spec, "checkout").background_errors = 0.002;
  Drill drill(std::move(spec));
  drill.run_for(32min);
  for (const events::Event& e : drill.events()) {
    EXPECT_NE(e.kind, EventKind::fault_witnessed) << e.subject << ": " << e.text("symptom");
  }
  EXPECT_EQ(std::ranges::count(drill.events(), EventKind::fault_injected, &events::Event::kind), 14);
}

}  // namespace
}  // namespace firedrill::fake_services
