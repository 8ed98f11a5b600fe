// Faults of pods and processes, one test each: what shows in the metrics, what shows in the probes, that it is
// witnessed, and that it is gone afterwards.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pod_faults.h"

namespace firedrill::fake_services {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

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
