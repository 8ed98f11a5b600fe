// Faults of load: traffic_surge, traffic_drop, thundering_herd, rate_limit, retry_storm; and what they cannot be aimed
// at.
#include "fault_script.h"

namespace firedrill::fake_services {
namespace {

using namespace std::chrono_literals;
using std::pair;

TEST(LoadFaults, SurgeMultipliesRequestsAndOverloadsProbes) {
  double before = 0;
  play({.kind = "traffic_surge",
        .target = target_of("web"),
        .fields = with(pair("factor", 3.0)),
        .before = [&](Drill& d) { before = rate_of(d, "web", "http_requests_total"); },
        .during =
            [&](Drill& d) {
              EXPECT_NEAR(rate_of(d, "web", "http_requests_total") / before, 3, 0.4);
              EXPECT_GT(rate_of(d, "payments", "http_requests_total") + d.truth("payments", 5).requests / 300, 90);
              EXPECT_LT(d.error_ratio("web", 5), 1e-3);  // there is room for this
            }});
  play({.kind = "traffic_surge",
        .target = target_of("web"),
        .fields = with(pair("factor", 30.0)),
        .change =
            [](WorldSpec& s) {
              service_of(s, "catalogue").concurrency = 2;
              service_of(s, "web").dependencies[0].pool.size = 128;  // callers that can fill its queues
            },
        .during =
            [](Drill& d) {
              EXPECT_GT(d.value("catalogue", "http_requests_total", {{"code", "503"}}), 1000);
              EXPECT_GT(failed_probes(d, "catalogue", ProbeType::readiness), 10);
              EXPECT_GT(pod_events(d, EventKind::endpoint_unready, "catalogue"), 0);
              EXPECT_GT(d.error_ratio("web", 5), 0.3);
            }});
}

TEST(LoadFaults, DropToNothingIsQuiet) {
  play({.kind = "traffic_drop", .target = target_of("web"), .during = [](Drill& d) {
          EXPECT_EQ(rate_of(d, "web", "http_requests_total"), 0);
          EXPECT_EQ(rate_of(d, "payments", "http_requests_total"), 0);
          EXPECT_EQ(d.truth("web", 5).errors, 0);
          EXPECT_EQ(targets_up(d, "web"), 3);
          EXPECT_EQ(failed_probes(d), 0);
          const ServiceMinute truth = d.truth("web", 5);
          EXPECT_EQ(truth.checks, 5 * 300);
          EXPECT_EQ(truth.checks_failed, truth.checks) << "there is no way in";
        }});
}

TEST(LoadFaults, WhoStaysAwayLeavesTheWayOpen) {
  play({.kind = "traffic_drop",
        .target = target_of("web"),
        .fields = with(pair("cause", std::string("demand"))),
        .during = [](Drill& d) {
          EXPECT_EQ(rate_of(d, "web", "http_requests_total"), 0);
          EXPECT_EQ(d.truth("web", 5).checks_failed, 0);
        }});
}

// Availability is what outside checks say, and not what the service calls its own fault.
TEST(LoadFaults, WhoIsTurnedAwayHasNotSucceeded) {
  play({.kind = "rate_limit", .target = target_of("web"), .fields = with(pair("rps", 60.0)), .during = [](Drill& d) {
          const ServiceMinute truth = d.truth("web", 5);
          EXPECT_EQ(truth.errors, 0) << "429 is no error of the service";
          const double away = d.value("web", "http_requests_total", {{"code", "429"}});
          EXPECT_GT(away, 1000);
          EXPECT_NEAR(truth.checks_failed / truth.checks, 1 - 60 * 300 / truth.requests, 0.05);
        }});
  play({.kind = "http_error",
        .target = target_of("web"),
        .fields = with(pair("code", std::int64_t{404})),
        .during = [](Drill& d) {
          EXPECT_EQ(d.error_ratio("web", 5), 0);
          EXPECT_EQ(d.truth("web", 5).checks_failed, d.truth("web", 5).checks);
        }});
}

TEST(LoadFaults, HerdHitsInSecondsWhatMinutesHide) {
  play({.kind = "thundering_herd",
        .target = target_of("web"),
        .fields = with(pair("factor", 30.0), pair("period", Duration(2min)), pair("width", Duration(10s))),
        .change =
            [](WorldSpec& s) {
              service_of(s, "catalogue").concurrency = 2;
              service_of(s, "web").dependencies[0].pool.size = 128;  // callers that can fill its queues
            },
        .during =
            [](Drill& d) {
              EXPECT_GT(d.value("catalogue", "http_requests_total", {{"code", "503"}}), 1000);
              EXPECT_GT(failed_probes(d, "catalogue", ProbeType::readiness), 0);
            }});
}

TEST(LoadFaults, RateLimitTurnsTheExcessAway) {
  play({.kind = "rate_limit",
        .target = target_of("payments"),
        .fields = with(pair("rps", 20.0)),
        .during = [](Drill& d) {
          EXPECT_NEAR(rate_of(d, "checkout", "http_requests_total", {{"code", "200"}}), 20, 2);
          EXPECT_GT(d.value("checkout", "http_requests_total", {{"code", "502"}}), 1000);
          EXPECT_NEAR(d.error_ratio("web", 5), 0.3 * 27 / 47, 0.03);
          EXPECT_EQ(failed_probes(d), 0);
        }});
}

// Where the limit is kept before the pods, kubelets do not meet it.
TEST(LoadFaults, RateLimitSparesProbes) {
  play({.kind = "rate_limit",
        .target = target_of("checkout"),
        .fields = with(pair("rps", 5.0), pair("code", std::int64_t{503})),
        .during = [](Drill& d) {
          EXPECT_GT(d.value("checkout", "http_requests_total", {{"code", "503"}}), 1000);
          EXPECT_EQ(failed_probes(d), 0);
          EXPECT_EQ(pod_events(d, EventKind::endpoint_unready, "checkout"), 0);
        }});
}

TEST(LoadFaults, RateLimitFailsProbesFalselyIfToldAndSoTakesMoreThanTheExcess) {
  play({.kind = "rate_limit",
        .target = target_of("checkout"),
        .fields = with(pair("rps", 35.0), pair("code", std::int64_t{503}), pair("probes", true)),
        .during = [](Drill& d) {
          EXPECT_GT(d.value("checkout", "http_requests_total", {{"code", "503"}}), 1000);
          EXPECT_GT(failed_probes(d, "checkout", ProbeType::liveness), 5);
          EXPECT_GT(pod_events(d, EventKind::endpoint_unready, "checkout"), 0);
          EXPECT_GT(d.error_ratio("web", 5), 0.3 * 0.2);
        }});
}

TEST(LoadFaults, RateLimitAboveTheTrafficDoesNothing) {
  Drill drill(drill_shop({fault("f", "rate_limit", target_of("payments"), 5min, {}, with(pair("rps", 400.0)))}));
  drill.run_for(30min);
  EXPECT_LT(drill.error_ratio("web", 20), 1e-3);
  EXPECT_FALSE(drill.world().faults().at(0).witness.observed);
}

TEST(LoadFaults, RetryStormMultipliesWhatArrivesDownstream) {
  double before = 0;
  play({.kind = "retry_storm",
        .target = link("checkout", "postgres"),
        .before =
            [&](Drill& d) {
              before = rate_of(d, "checkout", "dependency_requests_total", {{"dependency", "postgres"}});
            },
        .during =
            [&](Drill& d) {
              const double now = rate_of(d, "checkout", "dependency_requests_total", {{"dependency", "postgres"}});
              EXPECT_NEAR(now / before, 4, 0.5);
              EXPECT_EQ(failed_probes(d), 0);  // this database can bear it
            }});
}

TEST(LoadFaults, SayWhatTheyNeed) {
  const auto problem = [](std::string_view kind, TargetSpec target, Fields fields = {}) {
    const auto found =
        validate(fault("f", std::string(kind), std::move(target), 0s, {}, fields), drill_shop().topology);
    return found.empty() ? std::string() : found[0].what + " (" + found[0].remedy + ")";
  };
  EXPECT_EQ(problem("traffic_surge", target_of("checkout"), with(pair("factor", 2.0))),
            "checkout has no traffic from outside (target an entry point, a service with traffic)");
  EXPECT_EQ(problem("disk_fill", target_of("web")),
            "web has no disk (give it one, for example disk: {size: 50Gi, used: 40%})");
  EXPECT_EQ(problem("cache_miss_storm", link("checkout", "postgres")),
            "checkout has no cache before postgres (give the dependency one, for example cache: {hit_ratio: 90%})");
  EXPECT_EQ(problem("consumer_stall", target_of("web")),
            "web consumes no queue (target a service with a `consumer` block)");
  EXPECT_EQ(problem("dns", target_of("postgres")),
            "postgres has no dependencies, and calls nobody (target the service that calls)");
  EXPECT_EQ(problem("tls", target_of("redis")),
            "redis has no certificate (give it one, for example certificate: {expires_in: 90d})");
  EXPECT_EQ(problem("zone_down", target_of("web")), "zone_down hits a whole zone (for example {zone: eu1-a})");
  TargetSpec zone;
  zone.zone = "a";
  EXPECT_EQ(problem("rate_limit", zone, with(pair("rps", 1.0))),
            "rate_limit hits a service, and no zone (for example {service: checkout})");
  EXPECT_EQ(problem("cpu_throttle", link("checkout", "postgres"), with(pair("percent", 0.5))),
            "cpu_throttle hits a service, and not its connections to a dependency (remove dependency)");
  EXPECT_EQ(problem("disk_fill", zone), "");  // one service there has a disk
  FaultSpec leak = fault("f", "memory_leak", target_of("web"), 0s, {}, with(pair("rate", 1e6)));
  leak.pattern.first = 10;
  EXPECT_EQ(validate(leak, drill_shop().topology).at(0).what,
            "'first_n' makes no sense on memory_leak, which does not hit single requests or connections");
  EXPECT_EQ(problem("rate_limit", target_of("web", "one"), with(pair("rps", 1.0))),
            "rate_limit hits a service as a whole: mode 'one' makes no sense (remove `mode`)");
  for (const char* kind :
       {"crash", "crash_loop", "oom", "memory_leak", "startup_failure", "slow_start", "bad_deploy"}) {
    EXPECT_EQ(problem(kind, target_of("payments")),
              "payments is a third party's: it has no pods of ours (aim at a service of your own, or break the "
              "requests to it)");
  }
  EXPECT_EQ(problem("bad_deploy", target_of("web"), with(pair("version", std::string("1.0.0")))),
            "web is of version 1.0.0 already (roll out another one)");
}

}  // namespace
}  // namespace firedrill::fake_services
