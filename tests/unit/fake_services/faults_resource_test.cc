// Faults of what a service lives on: cpu_throttle, gc_pause, disk_fill, io_latency, io_errno, pool_exhaustion,
// queue_backlog, consumer_stall, cache_miss_storm, zone_down, dependency_down.
#include "fault_script.h"

namespace firedrill::fake_services {
namespace {

using namespace std::chrono_literals;
using std::pair;

double median(const Drill& d, std::string_view service) {
  return latency_quantile(d.truth(service, 5).latency, 0.5);
}

TEST(ResourceFaults, ThrottledProcessorStretchesOwnTime) {
  double before = 0;
  play({.kind = "cpu_throttle",
        .target = target_of("catalogue"),
        .fields = with(pair("percent", 0.9)),
        .before = [&](Drill& d) { before = median(d, "catalogue"); },
        .during =
            [&](Drill& d) {
              EXPECT_GT(median(d, "catalogue"), 7 * before);
              EXPECT_EQ(pod_events(d, EventKind::container_killed, "catalogue"), 0);  // there is room
            },
        .after = [&](Drill& d) { EXPECT_NEAR(median(d, "catalogue"), before, 0.1 * before); }});
}

TEST(ResourceFaults, ThrottledUnderLoadTimesLivenessOut) {
  play({.kind = "cpu_throttle",
        .target = target_of("catalogue"),
        .fields = with(pair("percent", 0.97)),
        .change =
            [](WorldSpec& s) {
              ServiceSpec& catalogue = service_of(s, "catalogue");
              catalogue.concurrency = 4;
              catalogue.queue = 60;
              catalogue.cpu_limit = 1;
              catalogue.cpu_per_request = 5ms;
            },
        .during =
            [](Drill& d) {
              EXPECT_GT(failed_probes(d, "catalogue", ProbeType::liveness), 10);
              EXPECT_GT(pod_events(d, EventKind::container_restarted, "catalogue"), 1);
              EXPECT_GT(d.error_ratio("web", 5), 0.2);
            }});
}

TEST(ResourceFaults, PausesShowAsASawtooth) {
  std::vector<double> slow;
  play({.kind = "gc_pause",
        .target = target_of("catalogue"),
        .fields = with(pair("pause", Duration(4s)), pair("period", Duration(2min))),
        .during = [&](Drill& d) {
          // Of eight minutes, one in two has a pause.
          std::size_t with_pause = 0;
          const auto& minutes = d.minutes();
          for (std::size_t m = minutes.size() - 8; m < minutes.size(); ++m) {
            if (latency_quantile(minutes[m].services[2].latency, 0.99) > 0.5) ++with_pause;
          }
          EXPECT_GE(with_pause, 4);
          EXPECT_LE(with_pause, 5);
          EXPECT_GT(
              failed_probes(d, "catalogue", ProbeType::liveness) + failed_probes(d, "catalogue", ProbeType::readiness),
              0);
          EXPECT_EQ(pod_events(d, EventKind::container_killed, "catalogue"), 0);
        }});
}

TEST(ResourceFaults, LongPausesAreKilled) {
  play({.kind = "gc_pause",
        .target = target_of("catalogue", "one"),
        .fields = with(pair("pause", Duration(90s)), pair("period", Duration(5min))),
        .during = [](Drill& d) { EXPECT_GE(pod_events(d, EventKind::container_killed, "catalogue"), 1); }});
}

TEST(ResourceFaults, FullDiskFailsWritesAndReadinessWhereItLooks) {
  constexpr double kGi = 1024.0 * 1024 * 1024;
  play({.kind = "disk_fill",
        .target = target_of("checkout"),
        .change =
            [](WorldSpec& s) {
              service_of(s, "checkout").routes.push_back(route("GET", "/orders", 0.3, {}));
              service_of(s, "checkout").routes[0].share = 0.7;
              service_of(s, "checkout").readiness_checks.clear();
              service_of(s, "web").routes[1].calls[0].path = {};
            },
        .before = [](Drill& d) { EXPECT_NEAR(d.value("checkout", "node_filesystem_avail_bytes"), 3 * 30 * kGi, kGi); },
        .during =
            [](Drill& d) {
              EXPECT_EQ(d.value("checkout", "node_filesystem_avail_bytes"), 0);
              EXPECT_EQ(d.value("checkout", "node_filesystem_size_bytes"), 150 * kGi);
              EXPECT_NEAR(d.error_ratio("checkout", 2), 0.7, 0.03);  // reading goes on
              EXPECT_GT(d.value("checkout", "http_requests_total", {{"code", "500"}, {"method", "POST"}}), 1000);
              EXPECT_EQ(d.value("checkout", "http_requests_total", {{"code", "500"}, {"method", "GET"}}), 0);
              EXPECT_EQ(failed_probes(d), 0);
            }});
  play({.kind = "disk_fill", .target = target_of("checkout"), .during = [](Drill& d) {
          EXPECT_EQ(pod_events(d, EventKind::endpoint_unready, "checkout"), 3);
          EXPECT_EQ(pod_events(d, EventKind::container_killed, "checkout"), 0);
        }});
}

TEST(ResourceFaults, FailingDiskFailsWritesAlone) {
  play({.kind = "io_errno",
        .target = target_of("checkout"),
        .change =
            [](WorldSpec& s) {
              service_of(s, "checkout").routes.push_back(route("GET", "/orders", 0.3, {}));
              service_of(s, "checkout").routes[0].share = 0.7;
              service_of(s, "checkout").readiness_checks.clear();
              service_of(s, "web").routes[1].calls[0].path = {};
              s.faults[0].probability = 0.5;
            },
        .during =
            [](Drill& d) {
              EXPECT_NEAR(d.value("checkout", "node_filesystem_avail_bytes"), 90.0 * (1 << 30), 1 << 30)
                  << "as full as before";
              EXPECT_NEAR(d.error_ratio("checkout", 2), 0.35, 0.03);
              EXPECT_EQ(d.value("checkout", "http_requests_total", {{"code", "500"}, {"method", "GET"}}), 0);
              EXPECT_EQ(failed_probes(d), 0);
            }});
  play({.kind = "io_errno", .target = target_of("checkout", "one"), .during = [](Drill& d) {
          EXPECT_EQ(pod_events(d, EventKind::endpoint_unready, "checkout"), 1) << "its readiness looks at the disk";
          EXPECT_EQ(pod_events(d, EventKind::container_killed, "checkout"), 0);
          EXPECT_LT(d.error_ratio("web", 5), 1e-3);
        }});
}

TEST(ResourceFaults, MachinesOfADependencyAreGone) {
  play({.kind = "dependency_down", .target = target_of("postgres"), .during = [](Drill& d) {
          EXPECT_EQ(targets_up(d, "postgres"), 0);
          EXPECT_EQ(targets_up(d, "checkout"), 3);
          EXPECT_GT(calls(d, "checkout", "postgres", "timeout"), 100) << "until its pod is marked not ready";
          EXPECT_GT(calls(d, "checkout", "postgres", "refused"), 100) << "from then on";
          EXPECT_EQ(pod_events(d, EventKind::endpoint_unready, "postgres"), 1);
          EXPECT_EQ(pod_events(d, EventKind::container_restarted, "postgres"), 0);
          EXPECT_NEAR(d.error_ratio("web", 5), 0.3, 0.05);
        }});
  play({.kind = "dependency_down",
        .target = target_of("postgres"),
        .change = [](WorldSpec& s) { service_of(s, "checkout").readiness_checks = {"postgres"}; },
        .during = [](Drill& d) { EXPECT_EQ(pod_events(d, EventKind::endpoint_unready, "checkout"), 3); }});
  play({.kind = "dependency_down", .target = target_of("payments"), .during = [](Drill& d) {
          EXPECT_GT(calls(d, "checkout", "payments", "timeout"), 1000) << "to the end";
          EXPECT_EQ(calls(d, "checkout", "payments", "refused"), 0);
        }});
}

TEST(ResourceFaults, SlowDiskDelaysWritesAlone) {
  play({.kind = "io_latency",
        .target = target_of("checkout"),
        .fields = with(pair("mean", Duration(300ms))),
        .change =
            [](WorldSpec& s) {
              service_of(s, "checkout").routes.push_back(route("GET", "/orders", 0.3, {}));
              service_of(s, "checkout").routes[0].share = 0.7;
            },
        .during =
            [](Drill& d) {
              const auto mean = [&](std::string method) {
                const model::Label label{"method", std::move(method)};
                return d.value("checkout", "http_request_duration_seconds_sum", {label}) /
                       d.value("checkout", "http_request_duration_seconds_count", {label});
              };
              EXPECT_GT(mean("POST"), 0.2);  // of eighteen minutes, eight were slow
              EXPECT_LT(mean("GET"), 0.03);
              EXPECT_EQ(failed_probes(d), 0);
            }});
}

TEST(ResourceFaults, FillingDiskRampsLongBeforeItIsFull) {
  constexpr double kGi = 1024.0 * 1024 * 1024;
  double left = 0;
  FaultSpec slow = fault("f", "disk_fill", target_of("checkout"), 10min, {});
  slow.ramp = 10h;
  WorldSpec spec = drill_shop({slow});
  Drill drill(std::move(spec));
  drill.run_for(5h + 10min);
  left = drill.value("checkout", "node_filesystem_avail_bytes", {{"pod", pod_at(drill.world(), "checkout", 0)}});
  EXPECT_NEAR(left, 25 * kGi, kGi);
  drill.run_for(1h);
  EXPECT_NEAR(drill.value("checkout", "node_filesystem_avail_bytes", {{"pod", pod_at(drill.world(), "checkout", 0)}}),
              left - 5 * kGi, kGi / 4);
  EXPECT_LT(drill.error_ratio("checkout", 60), 1e-3);
  EXPECT_TRUE(drill.world().faults().at(0).witness.observed);
}

TEST(ResourceFaults, ExhaustedPoolStandsAtItsMaximumAndFailsItsCallers) {
  play(
      {.kind = "pool_exhaustion",
       .target = link("checkout", "payments"),
       .before =
           [](Drill& d) { EXPECT_LT(d.value("checkout", "connection_pool_in_use", {{"dependency", "payments"}}), 15); },
       .during =
           [](Drill& d) {
             const model::Label payments{"dependency", "payments"};
             EXPECT_EQ(d.value("checkout", "connection_pool_in_use", {payments}),
                       d.value("checkout", "connection_pool_max", {payments}));
             EXPECT_GT(d.value("checkout", "connection_pool_waiting", {payments}), 10);
             EXPECT_GT(calls(d, "checkout", "payments", "pool_timeout"), 1000);
             EXPECT_EQ(calls(d, "checkout", "postgres", "pool_timeout"), 0);
             EXPECT_GT(d.error_ratio("checkout", 5), 0.99);
             EXPECT_EQ(rate_of(d, "payments", "http_requests_total"), 0);
           }});
}

TEST(ResourceFaults, WaitingForAConnectionHoldsWorkersUntilProbesTimeOut) {
  play({.kind = "pool_exhaustion",
        .target = link("checkout", "payments"),
        .fields = with(pair("max", std::int64_t{1})),
        .change =
            [](WorldSpec& s) {
              ServiceSpec& checkout = service_of(s, "checkout");
              checkout.concurrency = 24;
              checkout.dependencies[1].pool.acquire_timeout = 10s;
            },
        .during =
            [](Drill& d) {
              double queued = 0;  // it comes and goes with the replicas' readiness
              for (int i = 0; i < 30; ++i) {
                d.run_for(Drill::kInterval / 5);
                queued = std::max(queued, d.value("checkout", "http_requests_queued"));
              }
              EXPECT_GT(queued, 100);
              EXPECT_GT(failed_probes(d, "checkout", ProbeType::readiness), 20);
              EXPECT_GT(pod_events(d, EventKind::endpoint_unready, "checkout"), 2);
            }});
}

TEST(ResourceFaults, BacklogGrowsAndIsWorkedOffWhileProbesPass) {
  double peak = 0;
  play({.kind = "queue_backlog",
        .target = target_of("mailer"),
        .fields = with(pair("rate", 500.0)),
        .before =
            [](Drill& d) {
              EXPECT_LT(d.value("mailer", "queue_messages"), 5);
              EXPECT_NEAR(rate_of(d, "mailer", "queue_messages_consumed_total"), 47, 6);
            },
        .during =
            [&](Drill& d) {
              // 8 workers of 23 ms do 350 a second; 540 come.
              peak = d.value("mailer", "queue_messages");
              EXPECT_GT(peak, 60000);
              EXPECT_GT(
                  d.value("mailer", "queue_oldest_message_age_seconds", {{"pod", pod_at(d.world(), "mailer", 0)}}),
                  100);
              EXPECT_LT(d.error_ratio("checkout", 5), 1e-3);
              EXPECT_EQ(failed_probes(d), 0);
            },
        .after = [&](Drill& d) { EXPECT_LT(d.value("mailer", "queue_messages"), 5); }});
}

TEST(ResourceFaults, StalledConsumerLetsMessagesWait) {
  play({.kind = "consumer_stall",
        .target = target_of("mailer"),
        .during =
            [](Drill& d) {
              EXPECT_EQ(rate_of(d, "mailer", "queue_messages_consumed_total"), 0);
              EXPECT_NEAR(
                  d.value("mailer", "queue_oldest_message_age_seconds", {{"pod", pod_at(d.world(), "mailer", 1)}}), 540,
                  60);
              EXPECT_NEAR(d.value("mailer", "queue_messages"), 47 * 540, 3000);
              EXPECT_LT(d.error_ratio("checkout", 5), 1e-3);
              EXPECT_EQ(targets_up(d, "mailer"), 2);
              EXPECT_EQ(failed_probes(d), 0);
            },
        .after = [](Drill& d) { EXPECT_LT(d.value("mailer", "queue_messages"), 5); }});
}

TEST(ResourceFaults, LostCacheMovesTheLoadToTheDatabase) {
  double before = 0;
  play({.kind = "cache_miss_storm",
        .target = target_of("catalogue"),
        .before =
            [&](Drill& d) {
              before = rate_of(d, "catalogue", "dependency_requests_total", {{"dependency", "postgres"}});
            },
        .during =
            [&](Drill& d) {
              const double now = rate_of(d, "catalogue", "dependency_requests_total", {{"dependency", "postgres"}});
              EXPECT_NEAR(now / before, 10, 1.5);  // the hit ratio was 90 %
              EXPECT_EQ(failed_probes(d), 0);      // this database can bear it
            },
        .after =
            [&](Drill& d) {
              EXPECT_NEAR(rate_of(d, "catalogue", "dependency_requests_total", {{"dependency", "postgres"}}) / before,
                          1, 0.3);
            }});
}

TEST(ResourceFaults, ZoneDownTakesAThirdOfTheTargetsTogether) {
  TargetSpec zone;
  zone.zone = "b";
  play({.kind = "zone_down",
        .target = zone,
        .change =
            [](WorldSpec& spec) {  // nobody is evicted
              for (ServiceSpec& service : spec.topology.services) {
                service.tolerations = {{.exists = true, .effect = "NoExecute"}};
              }
            },
        .during =
            [](Drill& d) {
              EXPECT_EQ(targets_up(d, "web"), 2);
              EXPECT_EQ(targets_up(d, "checkout"), 2);
              EXPECT_EQ(targets_up(d, "catalogue"), 1);
              EXPECT_EQ(targets_up(d, "postgres"), 1);
              // As many not ready as the zone had; then nobody sends anything there any more.
              for (const char* name : {"web", "checkout", "catalogue"}) {
                EXPECT_EQ(pod_events(d, EventKind::endpoint_unready, name), 1) << name;
                EXPECT_EQ(pod_events(d, EventKind::container_killed, name), 0) << name;
              }
              EXPECT_GT(calls(d, "web", "catalogue", "timeout"), 100);
              EXPECT_LT(d.error_ratio("web", 5), 1e-3);
            },
        .after = [](Drill& d) { EXPECT_EQ(targets_up(d, "checkout"), 3); }});
}

}  // namespace
}  // namespace firedrill::fake_services
