// Faults of connections, names and certificates: hang, blackhole, reset, partition, loss, bandwidth, slicer, truncate,
// dns, tls.
#include "base/text/format.h"
#include "fault_script.h"

namespace firedrill::fake_services {
namespace {

using namespace std::chrono_literals;
using std::pair;

TEST(NetworkFaults, HangStopsAnswersFillsTheTargetAndTimesItsProbesOut) {
  play({.kind = "hang",
        .target = target_of("checkout"),
        .change = [](WorldSpec& s) { service_of(s, "checkout").liveness_probe.reset(); },
        .during =
            [](Drill& d) {
              EXPECT_EQ(rate_of(d, "checkout", "http_requests_total"), 0);
              EXPECT_GT(d.value("checkout", "active_connections"), 0.9 * 3 * (32 + 128));
              EXPECT_GT(calls(d, "web", "checkout", "timeout"), 300);  // until none is ready any more
              EXPECT_EQ(targets_up(d, "checkout"), 3);
              EXPECT_EQ(pod_events(d, EventKind::endpoint_unready, "checkout"), 3);
              EXPECT_EQ(pod_events(d, EventKind::container_restarted, "checkout"), 0);
              EXPECT_EQ(failed_probes(d, "catalogue", ProbeType::readiness), 0);
            },
        .after = [](Drill& d) { EXPECT_LT(d.value("checkout", "active_connections"), 20); }});
}

TEST(NetworkFaults, LivenessRestartsWhatHangsInVain) {
  FaultScript script{.kind = "hang", .target = target_of("checkout", "one")};
  script.during = [](Drill& d) {
    EXPECT_GT(pod_events(d, EventKind::container_restarted, "checkout"), 2);
    EXPECT_GT(failed_probes(d, "checkout", ProbeType::liveness), 8);
  };
  play(script);
}

TEST(NetworkFaults, HangOfScrapesTakesTheTargetDown) {
  play({.kind = "hang",
        .target = target_of("postgres"),
        .fields = with(pair("scrapes", true)),
        .during = [](Drill& d) { EXPECT_EQ(targets_up(d, "postgres"), 0); },
        .after = [](Drill& d) { EXPECT_EQ(targets_up(d, "postgres"), 1); }});
}

TEST(NetworkFaults, BlackholeWaitsOutTheConnectTimeout) {
  play({.kind = "blackhole",
        .target = target_of("checkout"),
        .before = [](Drill& d) { EXPECT_EQ(d.value("web", "http_requests_total", {{"code", "504"}}), 0); },
        .during =
            [](Drill& d) {
              EXPECT_EQ(rate_of(d, "checkout", "http_requests_total"), 0);
              EXPECT_EQ(targets_up(d, "checkout"), 0);
              EXPECT_GT(d.value("web", "http_requests_total", {{"code", "504"}}), 100);
              EXPECT_GT(failed_probes(d, "checkout", ProbeType::liveness), 10);
              EXPECT_GT(pod_events(d, EventKind::container_killed, "checkout"), 2);
            }});
}

TEST(NetworkFaults, ResetBeforeTheWorkCountsAtTheCallerAlone) {
  play({.kind = "reset", .target = target_of("postgres"), .during = [](Drill& d) {
          EXPECT_GT(calls(d, "checkout", "postgres", "reset"), 1000);
          EXPECT_EQ(rate_of(d, "postgres", "http_requests_total"), 0);
          EXPECT_EQ(targets_up(d, "postgres"), 0);
          EXPECT_GT(d.error_ratio("checkout", 5), 0.99);
          EXPECT_LT(d.error_ratio("catalogue", 5), 1e-3);  // lives on its cache
        }});
  play({.kind = "reset", .target = target_of("checkout"), .during = [](Drill& d) {
          EXPECT_GT(failed_probes(d, "checkout", ProbeType::readiness), 100);
        }});
}

TEST(NetworkFaults, ResetInTheAnswerFailsTheCallerOfASuccess) {
  play({.kind = "reset",
        .target = target_of("postgres"),
        .fields = with(pair("after_bytes", 1024.0), pair("scrapes", false)),
        .during = [](Drill& d) {
          EXPECT_EQ(targets_up(d, "postgres"), 1);
          EXPECT_GT(rate_of(d, "postgres", "http_requests_total", {{"code", "200"}}), 20);
          EXPECT_GT(calls(d, "checkout", "postgres", "reset"), 1000);
          EXPECT_GT(d.error_ratio("checkout", 5), 0.99);
        }});
}

// So many workers and connections that waiting for time-outs does not fill them: else probes would wait as well.
void roomy(WorldSpec& spec) {
  ServiceSpec& checkout = service_of(spec, "checkout");
  checkout.concurrency = 400;
  for (DependencySpec& d : checkout.dependencies) d.pool.size = 200;
}

TEST(NetworkFaults, PartitionIsAGreyFailure) {
  // One line, cut in both directions: nothing arrives.
  play({.kind = "partition", .target = link("checkout", "postgres"), .change = roomy, .during = [](Drill& d) {
          EXPECT_GT(d.error_ratio("checkout", 5), 0.99);
          EXPECT_GT(calls(d, "checkout", "postgres", "timeout"), 1000);
          EXPECT_EQ(calls(d, "catalogue", "postgres", "timeout"), 0);
          EXPECT_EQ(targets_up(d, "postgres"), 1);
          EXPECT_EQ(targets_up(d, "checkout"), 3);
          EXPECT_EQ(failed_probes(d), 0);
        }});
}

TEST(NetworkFaults, PartitionOfAnswersLeavesTheCalleeHealthy) {
  play({.kind = "partition",
        .target = link("checkout", "postgres"),
        .fields = with(pair("direction", std::string("in"))),
        .change = roomy,
        .during = [](Drill& d) {
          EXPECT_GT(d.error_ratio("checkout", 5), 0.99);
          EXPECT_GT(rate_of(d, "postgres", "http_requests_total", {{"code", "200"}}), 20);
          EXPECT_EQ(d.value("postgres", "http_requests_total", {{"code", "503"}}), 0);
          EXPECT_EQ(failed_probes(d), 0);
        }});
}

TEST(NetworkFaults, PartitionOfAServiceCutsItOffFromAllButItsKubelets) {
  play({.kind = "partition", .target = target_of("checkout"), .during = [](Drill& d) {
          EXPECT_EQ(rate_of(d, "checkout", "http_requests_total"), 0);
          EXPECT_GT(calls(d, "web", "checkout", "timeout"), 1000);
          EXPECT_EQ(targets_up(d, "checkout"), 3);
          EXPECT_EQ(failed_probes(d), 0);
        }});
}

TEST(NetworkFaults, LossLengthensTheTailAndNotTheMedian) {
  play(
      {.kind = "loss", .target = target_of("catalogue"), .fields = with(pair("percent", 0.02)), .during = [](Drill& d) {
         const auto seen = d.truth("web", 5).latency;
         EXPECT_LT(latency_quantile(seen, 0.5), 0.05);
         EXPECT_GT(latency_quantile(seen, 0.95), 0.15);
         EXPECT_LT(d.error_ratio("web", 5), 1e-3);
         EXPECT_EQ(pod_events(d, EventKind::container_killed, "catalogue"), 0);
       }});
}

TEST(NetworkFaults, BandwidthSlowsAnswersAndPassesProbes) {
  play({.kind = "bandwidth",
        .target = target_of("catalogue"),
        .fields = with(pair("rate", 256.0 * 1024), pair("answer", 64.0 * 1024)),
        .during = [](Drill& d) {
          EXPECT_GT(latency_quantile(d.truth("catalogue", 5).latency, 0.99), 0.8);
          EXPECT_EQ(failed_probes(d, "catalogue", ProbeType::liveness), 0);
        }});
}

TEST(NetworkFaults, SlicesMakeAnswersLateAndPassProbes) {
  play({.kind = "slicer",
        .target = target_of("catalogue"),
        .fields = with(pair("size", 4096.0), pair("pause", Duration(30ms)), pair("answer", 32.0 * 1024)),
        .during = [](Drill& d) {
          EXPECT_GT(latency_quantile(d.truth("catalogue", 5).latency, 0.5), 0.1);
          EXPECT_EQ(failed_probes(d, "catalogue", ProbeType::liveness), 0);
        }});
}

TEST(NetworkFaults, ConnectionsThatEndLateFillThePoolOfAnIdleDependency) {
  double usual = 0;
  play({.kind = "slow_close",
        .target = link("checkout", "payments"),
        .fields = with(pair("delay", Duration(20s))),
        .before = [&](Drill& d) { usual = latency_quantile(d.truth("payments", 5).latency, 0.5); },
        .during =
            [&](Drill& d) {
              const model::Label payments{"dependency", "payments"};
              EXPECT_GT(d.value("checkout", "connection_pool_in_use", {payments}),
                        0.9 * d.value("checkout", "connection_pool_max", {payments}));
              EXPECT_GT(calls(d, "checkout", "payments", "pool_timeout"), 1000);
              EXPECT_EQ(calls(d, "checkout", "postgres", "pool_timeout"), 0);
              EXPECT_GT(d.error_ratio("checkout", 5), 0.3);
              EXPECT_NEAR(latency_quantile(d.truth("payments", 5).latency, 0.5), usual, 0.1 * usual);
              EXPECT_EQ(failed_probes(d), 0);
            }});
}

TEST(NetworkFaults, TruncatedAnswersAreErrorsOfCallersAlone) {
  play({.kind = "truncate",
        .target = link("checkout", "postgres"),
        .fields = with(pair("after_bytes", 1024.0), pair("answer", 16.0 * 1024)),
        .during = [](Drill& d) {
          EXPECT_GT(calls(d, "checkout", "postgres", "reset"), 500);
          EXPECT_EQ(calls(d, "catalogue", "postgres", "reset"), 0);
          EXPECT_GT(d.error_ratio("checkout", 5), 0.5);
          EXPECT_EQ(failed_probes(d), 0);
        }});
}

TEST(NetworkFaults, DnsFailsOutboundCallsWhileEverythingIdles) {
  play({.kind = "dns", .target = target_of("checkout"), .during = [](Drill& d) {
          EXPECT_GT(d.error_ratio("checkout", 5), 0.99);
          EXPECT_GT(calls(d, "checkout", "postgres", "dns_error"), 1000);
          EXPECT_EQ(rate_of(d, "payments", "http_requests_total"), 0);
          EXPECT_EQ(calls(d, "catalogue", "postgres", "dns_error"), 0);
          EXPECT_EQ(failed_probes(d), 0);
        }});
}

TEST(NetworkFaults, DeepReadinessFailsWithTheNames) {
  play({.kind = "dns",
        .target = link("checkout", "postgres"),
        .fields = with(pair("answer", std::string("nxdomain"))),
        .change = [](WorldSpec& s) { service_of(s, "checkout").readiness_checks = {"postgres"}; },
        .during =
            [](Drill& d) {
              EXPECT_EQ(calls(d, "checkout", "payments", "dns_error"), 0);
              EXPECT_EQ(pod_events(d, EventKind::endpoint_unready, "checkout"), 3);
              EXPECT_EQ(pod_events(d, EventKind::container_killed, "checkout"), 0);
            }});
}

TEST(NetworkFaults, DnsMayBeSlowOrWrong) {
  play({.kind = "dns",
        .target = target_of("checkout"),
        .fields = with(pair("answer", std::string("delay")), pair("delay", Duration(300ms))),
        .during = [](Drill& d) { EXPECT_GT(latency_quantile(d.truth("checkout", 5).latency, 0.5), 1); }});
  play({.kind = "dns",
        .target = link("checkout", "payments"),
        .fields = with(pair("answer", std::string("wrong_address"))),
        .during = [](Drill& d) { EXPECT_GT(calls(d, "checkout", "payments", "refused"), 1000); }});
}

TEST(NetworkFaults, ExpiredCertificateFailsEveryHandshakeAndNoProbe) {
  play({.kind = "tls",
        .target = target_of("catalogue"),
        .during =
            [](Drill& d) {
              EXPECT_GT(calls(d, "web", "catalogue", "tls_error"), 1000);
              EXPECT_EQ(rate_of(d, "catalogue", "http_requests_total"), 0);
              EXPECT_LT(
                  d.value("catalogue", "probe_ssl_earliest_cert_expiry", {{"pod", pod_at(d.world(), "catalogue", 0)}}),
                  to_seconds(d.world().now()));
              EXPECT_EQ(failed_probes(d), 0);
            },
        .after =
            [](Drill& d) {
              EXPECT_GT(
                  d.value("catalogue", "probe_ssl_earliest_cert_expiry", {{"pod", pod_at(d.world(), "catalogue", 0)}}),
                  to_seconds(d.world().now()) + 86400 * 89);
            }});
}

// Rates and not requests are simulated: their counts are dealt out so that they come to so many.
TEST(NetworkFaults, TheFirstNAreHitAndThenNoMore) {
  struct Case {
    std::string kind;
    TargetSpec target;
    FaultMatch match;
    double probability;
    std::function<double(const Drill&)> hit;
  };
  const Case cases[] = {
      {"http_error",
       target_of("checkout"),
       {},
       1,
       [](const Drill& d) { return d.value("checkout", "http_requests_total", {{"code", "500"}}); }},
      {"http_error",
       target_of("web", "one"),
       {.method = "POST", .path = {}},
       0.5,
       [](const Drill& d) { return d.value("web", "http_requests_total", {{"code", "500"}, {"method", "POST"}}); }},
      {"connection_refused",
       link("checkout", "postgres"),
       {},
       1,
       [](const Drill& d) {
         return d.value("checkout", "dependency_requests_total", {{"dependency", "postgres"}, {"outcome", "refused"}});
       }},
  };
  for (const Case& c : cases) {
    FaultSpec spec = fault("f", c.kind, c.target, 10min, {}, {}, c.match);
    spec.pattern.first = 400;
    spec.probability = c.probability;
    WorldSpec world = drill_shop({spec});
    for (DependencySpec& dependency : service_of(world, "checkout").dependencies) dependency.retries.max = 0;
    ASSERT_TRUE(validate(spec, world.topology).empty());
    Drill drill(std::move(world));
    drill.run_for(20min);
    EXPECT_NEAR(c.hit(drill), 400, 4) << c.kind << ", and errors of the background";
    const FaultState state = drill.world().faults().at(0);
    ASSERT_TRUE(state.ended) << c.kind;
    EXPECT_LT(*state.ended - state.injected, 90s);
    EXPECT_TRUE(state.witness.observed);
    EXPECT_LT(drill.error_ratio("web", 5), 1e-3);
  }
}

// Callers wait for five seconds: they notice when it is over, and what they send after that is none of its own.
TEST(NetworkFaults, WhatIsOverBeforeAnybodyNoticesIsSeenLater) {
  for (const char* kind : {"hang", "blackhole", "partition"}) {
    for (const bool effective : {true, false}) {
      WorldSpec spec = shop_world({fault("f", kind, target_of("checkout"), 5min, 2s)}, 1);
      spec.disable_faults = !effective;
      Drill drill(std::move(spec));
      drill.run_for(12min);
      const FaultState state = drill.world().faults().at(0);
      const Witness& witness = state.witness;
      EXPECT_EQ(witness.observed, effective) << kind << ": " << witness.what;
      if (!effective) continue;
      EXPECT_GE(witness.at, *state.ended) << kind;
      EXPECT_LT(witness.at - state.injected, 15s) << kind;
      EXPECT_GT(std::stoi(witness.what), 20) << witness.what;
    }
  }
}

// One of the two is about requests that nobody makes. Its callers wait for five seconds in vain because of the other.
TEST(NetworkFaults, DoNotVouchForEachOther) {
  for (const bool first : {true, false}) {
    FaultSpec idle = fault("idle", "hang", target_of("checkout"), first ? 5min : 5min + 4s, 3s);
    idle.match.path = "/nowhere";
    const FaultSpec real = fault("real", "hang", target_of("checkout"), first ? 5min + 5s : 5min, 3s);
    Drill drill(shop_world({idle, real}, 1));
    drill.run_for(8min);
    EXPECT_FALSE(drill.world().faults().at(0).witness.observed) << drill.world().faults().at(0).witness.what;
    EXPECT_TRUE(drill.world().faults().at(1).witness.observed);
  }
}

// Of any kind, and down to a single one: exactly so many are hit, and the witness sees them.
TEST(NetworkFaults, TheFirstFewAreHitAndSeen) {
  const Fields slow = with(pair("p50", Duration(2s)));
  const Fields teapot = with(pair("code", std::int64_t{418}));
  const std::pair<const char*, Fields> kinds[] = {{"http_error", teapot}, {"latency", slow}, {"hang", {}},
                                                  {"gc_pause", {}},       {"reset", {}},     {"connection_refused", {}},
                                                  {"partition", {}}};
  for (const auto& [kind, fields] : kinds) {
    for (const double n : {1.0, 2.0, 3.0, 30.0}) {
      for (const char* mode : {"all", "one"}) {
        for (const std::uint64_t seed : {1u, 2u, 3u}) {
          FaultSpec spec = fault("f", kind, target_of("checkout", mode), 5min, 10min, fields);
          spec.pattern.first = n;
          Drill drill(shop_world({spec}, seed));
          drill.run_for(7min);
          const FaultState state = drill.world().faults().at(0);
          EXPECT_TRUE(state.ended) << kind;
          EXPECT_TRUE(state.witness.observed) << kind << ", first " << n << ", mode " << mode << ", seed " << seed;
          if (fields.has("code")) {
            EXPECT_EQ(drill.value("checkout", "http_requests_total", {{"code", "418"}}), n);
            EXPECT_EQ(state.witness.what.find(format("{:.0f} of ", n)), 0u) << state.witness.what;
          }
        }
      }
    }
  }
}

TEST(NetworkFaults, CertificateExpiresAtItsInstant) {
  const Time start = *parse_instant("2026-03-03T13:30:00Z");
  play({.kind = "tls",
        .target = target_of("payments"),
        .fields = with(pair("expires_in", Duration(90s))),
        .before =
            [](Drill& d) {
              d.run_for(3min + 30s - 1s);
              EXPECT_EQ(calls(d, "checkout", "payments", "tls_error"), 0);
            },
        .during = [](Drill& d) { EXPECT_GT(calls(d, "checkout", "payments", "tls_error"), 1000); }});
  // What nobody renews expires without a fault.
  WorldSpec forgotten = drill_shop();
  service_of(forgotten, "catalogue").certificate->expires_in = 20min;
  Drill drill(std::move(forgotten));
  drill.run_for(20min - 1s);
  EXPECT_EQ(calls(drill, "web", "catalogue", "tls_error"), 0);
  drill.run_for(2min);
  EXPECT_GT(calls(drill, "web", "catalogue", "tls_error"), 1000);
  EXPECT_EQ(
      drill.value("catalogue", "probe_ssl_earliest_cert_expiry", {{"pod", pod_at(drill.world(), "catalogue", 0)}}),
      to_seconds(start + 20min));
}

}  // namespace
}  // namespace firedrill::fake_services
