// What a user would notice of probes in the running production: who takes the load, what restarts, what it costs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text/format.h"
#include "fake_services/world.h"
#include "shop.h"

namespace firedrill::fake_services {
namespace {

using namespace std::chrono_literals;

ProbeSpec http_probe(std::string path, std::int64_t period, std::int64_t failures = 3) {
  ProbeSpec probe;
  probe.http_get = ProbeHttpGet{.path = std::move(path), .port = "8080", .scheme = "HTTP", .host = {}, .headers = {}};
  probe.period_seconds = period;
  probe.failure_threshold = failures;
  return probe;
}

ServiceSpec& service_of(WorldSpec& spec, std::string_view name) {
  return *std::ranges::find(spec.topology.services, name, &ServiceSpec::name);
}

std::size_t index_of(const World& world, std::string_view name) {
  const auto& services = world.topology().services;
  return static_cast<std::size_t>(std::ranges::find(services, name, &ServiceSpec::name) - services.begin());
}

Fields with_p50(Duration p50) {
  Fields fields;
  fields.set("p50", p50, {});
  return fields;
}

// The shop with the usual probes at checkout.
WorldSpec probed_shop(std::vector<FaultSpec> faults = {}, std::uint64_t seed = 1) {
  WorldSpec spec = shop_world(std::move(faults), seed);
  ServiceSpec& checkout = service_of(spec, "checkout");
  checkout.liveness_probe = http_probe("/health/live", 10);
  checkout.readiness_probe = http_probe("/health/ready", 5);
  return spec;
}

std::string log_of(const std::vector<events::Event>& events, Time start) {
  std::string out;
  for (const events::Event& e : events) {
    if (!is_of_pod(e)) continue;
    const bool probe = e.kind == EventKind::probe_success || e.kind == EventKind::probe_failure;
    out += format("{} {} {}{}{}\n", to_seconds(e.t - start), e.subject, to_string(e.kind),
                  probe ? format(" {}", e.text("probe")) : "", e.text("reason").empty() ? "" : ": " + e.text("reason"));
  }
  return out;
}

std::size_t count(const std::vector<events::Event>& events, EventKind kind, std::string_view service = "checkout") {
  return static_cast<std::size_t>(std::ranges::count_if(
      events, [&](const events::Event& e) { return e.kind == kind && e.subject.starts_with(service); }));
}

std::uint64_t checks(World& world, std::string_view pod, ProbeType type) {
  for (const ProbeState& state : world.probes()) {
    if (state.pod == pod && state.type == type) return state.checks;
  }
  return 0;
}

TEST(WorldProbes, QuietHourChangesNothingAndCountsEveryProbe) {
  Drill with(probed_shop());
  Drill without(shop_world());
  with.run_for(60min);
  without.run_for(60min);
  EXPECT_TRUE(with.events().empty()) << log_of(with.events(), {});
  EXPECT_EQ(with.value("checkout", "http_requests_total"), without.value("checkout", "http_requests_total"));
  EXPECT_NEAR(static_cast<double>(checks(with.world(), pod_at(with.world(), "checkout", 0), ProbeType::liveness)), 360,
              1);
  EXPECT_NEAR(static_cast<double>(checks(with.world(), pod_at(with.world(), "checkout", 2), ProbeType::readiness)), 720,
              1);
}

TEST(WorldProbes, UnreadyReplicaLeavesTheBalancerAndTheOthersTakeItsLoad) {
  Fields fields;
  fields.set("code", std::int64_t{503}, {});
  const FaultMatch match{.method = "GET", .path = "/health/ready"};
  Drill drill(probed_shop({fault("unready", "http_error", target_of("checkout", "one"), 10min, 20min, fields, match)}));
  drill.run_for(9min);
  EXPECT_EQ(drill.world().ready_replicas(index_of(drill.world(), "checkout")), 3);
  drill.run_for(6min);
  EXPECT_EQ(drill.world().ready_replicas(index_of(drill.world(), "checkout")), 2);
  const auto requests = [&] {
    std::vector<double> out;
    for (const std::size_t place : {0, 1, 2}) {
      const std::string pod = pod_at(drill.world(), "checkout", place);
      out.push_back(drill.value("checkout", "http_requests_total", {{"pod", pod}}));
    }
    return out;
  };
  const auto before = requests();
  drill.run_for(5min);
  auto gained = requests();
  for (std::size_t i = 0; i < 3; ++i) gained[i] -= before[i];
  std::ranges::sort(gained);
  EXPECT_EQ(gained[0], 0);
  EXPECT_NEAR(gained[1] / gained[2], 1, 0.05);
  EXPECT_GT(gained[1], 36 * 300 / 2 * 0.7);
  EXPECT_LT(drill.error_ratio("web", 10), 1e-3);
  EXPECT_EQ(count(drill.events(), EventKind::container_restarted), 0);  // the process lives
  drill.run_for(15min);
  EXPECT_EQ(drill.world().ready_replicas(index_of(drill.world(), "checkout")), 3);
  EXPECT_EQ(count(drill.events(), EventKind::endpoint_ready), 1);
}

// What Kubernetes makes of a probe that nobody answers: the container is restarted for ever.
TEST(WorldProbes, WhereNothingListensEveryProbeFails) {
  struct Case {
    const char* name;
    ProbeSpec probe;
    const char* reason;
  };
  ProbeSpec other_port = http_probe("/health/live", 10);
  other_port.http_get->port = "9999";
  ProbeSpec socket;
  socket.tcp_socket = ProbeTcpSocket{.port = "9", .host = {}};
  ProbeSpec grpc;
  grpc.grpc = ProbeGrpc{.port = 50051, .service = {}};
  ProbeSpec tls = http_probe("/health/live", 10);
  tls.http_get->scheme = "HTTPS";
  for (const Case& c :
       {Case{"another port", other_port, "connection refused"}, Case{"tcpSocket", socket, "connection refused"},
        Case{"grpc", grpc, "connection refused"}, Case{"TLS", tls, "server gave HTTP response to HTTPS client"}}) {
    WorldSpec spec = probed_shop();
    service_of(spec, "checkout").liveness_probe = c.probe;
    ASSERT_TRUE(validate(spec.topology).empty()) << c.name;
    const auto warned = remarks(spec.topology);
    ASSERT_EQ(warned.size(), 1u) << c.name;
    EXPECT_EQ(warned[0].path[2], "livenessProbe");
    Drill drill(std::move(spec));
    drill.run_for(10min);
    EXPECT_GE(count(drill.events(), EventKind::container_restarted), 6u) << c.name;
    EXPECT_GE(count(drill.events(), EventKind::container_backoff), 3u) << c.name;
    EXPECT_NE(log_of(drill.events(), {}).find(c.reason), std::string::npos) << log_of(drill.events(), {});
  }
}

// What was never up cannot have been up before the run: a startup probe that nobody answers.
TEST(WorldProbes, AContainerThatNeverStartsHasNotStartedWhenTheRunBegins) {
  ProbeSpec port = http_probe("/health/startup", 10, 6);
  port.http_get->port = "9999";
  ProbeSpec tls = http_probe("/health/startup", 10, 6);
  tls.http_get->scheme = "HTTPS";
  for (const ProbeSpec& probe : {port, tls}) {
    WorldSpec spec = probed_shop();
    service_of(spec, "checkout").startup_probe = probe;
    const Time start = spec.start;
    Drill drill(std::move(spec));
    drill.run_for(5min);
    EXPECT_EQ(drill.world().ready_replicas(index_of(drill.world(), "checkout")), 0);
    EXPECT_EQ(count(drill.events(), EventKind::endpoint_ready), 0u);
    EXPECT_EQ(drill.value("checkout", "http_requests_total"), 0);
    // failureThreshold × period after the start, and again; the first time at once (kuberuntime_manager.go, doBackOff).
    std::string life;
    for (const events::Event& e : drill.events()) {
      if (!is_of_pod(e) || e.subject != pod_at(drill.world(), "checkout", 0)) continue;
      life += format("{} {}\n", std::chrono::floor<std::chrono::seconds>(e.t - start).count(), to_string(e.kind));
    }
    EXPECT_THAT(life, testing::StartsWith("0 endpoint.unready\n0 container.started\n"
                                          "59 probe.failure\n59 container.killed\n59 container.exited\n"
                                          "60 container.restarted\n"))
        << life;
    EXPECT_GE(count(drill.events(), EventKind::container_restarted), 6u);
  }
}

TEST(WorldProbes, AReplicaWhoseReadinessNobodyAnswersIsNotReadyWhenTheRunBegins) {
  WorldSpec spec = probed_shop();
  service_of(spec, "checkout").readiness_probe->http_get->port = "9999";
  const Time start = spec.start;
  Drill drill(std::move(spec));
  drill.run_for(10min);
  EXPECT_EQ(drill.world().ready_replicas(index_of(drill.world(), "checkout")), 0);
  const std::string pod = pod_at(drill.world(), "checkout", 0);
  EXPECT_THAT(log_of(drill.events(), start),
              testing::StartsWith(
                  format("0 {} probe.failure readiness: connection refused\n0 {} endpoint.unready\n", pod, pod)));
  EXPECT_EQ(drill.events().size(), 6u);
  EXPECT_NEAR(static_cast<double>(checks(drill.world(), pod, ProbeType::readiness)), 120, 1);
  EXPECT_EQ(drill.value("checkout", "http_requests_total"), 0);
}

// `startup` is longer than the probe that is to wait for it waits.
TEST(WorldProbes, AServiceThatStartsTooSlowlyForItsProbeIsNeverUp) {
  const auto seen = [](Duration startup, std::int64_t failures, bool startup_probe) {
    WorldSpec spec = probed_shop();
    ServiceSpec& checkout = service_of(spec, "checkout");
    checkout.startup = startup;
    checkout.liveness_probe->failure_threshold = failures;
    if (startup_probe) checkout.startup_probe = http_probe("/health/startup", 10, 6);
    const auto warned = remarks(spec.topology);
    Drill drill(std::move(spec));
    drill.run_for(10min);
    return std::pair(warned.empty() ? "" : warned[0].what,
                     drill.world().ready_replicas(index_of(drill.world(), "checkout")));
  };
  EXPECT_THAT(seen(45s, 3, false),
              testing::Pair("checkout takes 45s to listen, and its livenessProbe ends it 30s after its start at the "
                            "latest: it never comes up",
                            0u));
  EXPECT_THAT(seen(45s, 5, false), testing::Pair("", 3u));
  EXPECT_THAT(seen(45s, 3, true), testing::Pair("", 3u));
  EXPECT_THAT(seen(75s, 3, true), testing::Pair(testing::HasSubstr("its startupProbe ends it 1m after"), 0u));
}

TEST(WorldProbes, NamedPortsAreServed) {
  WorldSpec spec = probed_shop();
  ServiceSpec& checkout = service_of(spec, "checkout");
  checkout.ports = {{"http", "8080"}, {"admin", "9090"}};
  checkout.certificate.emplace();
  checkout.liveness_probe->http_get->port = "http";
  checkout.readiness_probe->http_get->port = "admin";
  checkout.readiness_probe->http_get->scheme = "HTTPS";
  EXPECT_TRUE(validate(spec.topology).empty());
  EXPECT_TRUE(remarks(spec.topology).empty());
  Drill drill(std::move(spec));
  drill.run_for(20min);
  EXPECT_TRUE(drill.events().empty()) << log_of(drill.events(), {});
}

TEST(WorldProbes, HangIsRestartedWithBackOff) {
  Drill drill(probed_shop({fault("hang", "latency", target_of("checkout", "one"), 5min, {}, with_p50(120s))}));
  drill.run_for(6min);
  const Time begin = *parse_instant("2026-03-03T13:35:00Z");
  const auto killed = std::ranges::find_if(
      drill.events(), [](const events::Event& e) { return e.kind == EventKind::container_killed; });
  ASSERT_NE(killed, drill.events().end());
  EXPECT_LE(killed->t - begin, 31s);  // failureThreshold × period + time-out
  EXPECT_GE(killed->t - begin, 21s);
  drill.run_for(24min);
  std::vector<std::string> waits;
  for (const events::Event& e : drill.events()) {
    if (e.kind == EventKind::container_backoff) waits.push_back(format("{:g} s", e.number("delay_seconds")));
  }
  // The first four restarts wait less than the half minute for which the hanging process clings to its life: the
  // back-off counts from the end of the container before (kuberuntime_manager.go, doBackOff).
  ASSERT_GE(waits.size(), 3) << log_of(drill.events(), begin);
  waits.resize(3);
  EXPECT_THAT(waits, testing::ElementsAre("80 s", "160 s", "300 s"));
  EXPECT_EQ(drill.world().ready_replicas(index_of(drill.world(), "checkout")), 2);
  EXPECT_LT(drill.error_ratio("checkout", 10), 0.02);
}

TEST(WorldProbes, RestartResetsCountersAndStartTime) {
  Drill drill(probed_shop({fault("hang", "latency", target_of("checkout"), 5min, 40s, with_p50(120s))}));
  drill.run_for(5min);
  const double before = drill.value("checkout", "http_requests_total");
  const double started =
      drill.value("checkout", "process_start_time_seconds", {{"pod", pod_at(drill.world(), "checkout", 1)}});
  drill.run_for(10min);
  EXPECT_EQ(count(drill.events(), EventKind::container_restarted), 3) << log_of(drill.events(), {});
  EXPECT_GT(drill.value("checkout", "process_start_time_seconds", {{"pod", pod_at(drill.world(), "checkout", 1)}}),
            started + 1000);
  EXPECT_LT(drill.value("checkout", "http_requests_total"), before * 2);
  EXPECT_GT(drill.value("checkout", "http_requests_total"), before);
  EXPECT_LT(drill.error_ratio("checkout", 5), 1e-3);
}

TEST(WorldProbes, StartupGatesConnectionsScrapesAndTheOtherProbes) {
  WorldSpec spec = probed_shop({fault("hang", "latency", target_of("checkout"), 5min, 30s, with_p50(120s))});
  ServiceSpec& checkout = service_of(spec, "checkout");
  checkout.startup = 25s;
  checkout.startup_probe = http_probe("/health/startup", 5, 30);
  const Time start = spec.start;
  Drill drill(std::move(spec));
  drill.run_for(10min);
  Time restarted{}, started{}, ready{};
  for (const events::Event& e : drill.events()) {
    if (e.subject != pod_at(drill.world(), "checkout", 0)) continue;
    if (e.kind == EventKind::container_restarted) restarted = e.t;
    if (e.kind == EventKind::probe_success && e.text("probe") == "startup") started = e.t;
    if (e.kind == EventKind::endpoint_ready) ready = e.t;
  }
  EXPECT_GE(started - restarted, 25s) << log_of(drill.events(), start);
  EXPECT_LE(started - restarted, 30s);
  EXPECT_GE(ready, started);
  EXPECT_EQ(count(drill.events(), EventKind::container_killed), 3);  // the slow start itself kills nobody
}

TEST(WorldProbes, TightTimeoutKillsHealthyReplicasUnderLoad) {
  const auto restarts = [](double rate, std::int64_t timeout) {
    WorldSpec spec = shop_world();
    spec.topology = Topology{};
    ServiceSpec api = service("api", 4, lognormal(400ms, 900ms));
    api.concurrency = 8;
    api.queue = 60;
    api.traffic.emplace();
    api.traffic->requests_per_second = rate;
    api.liveness_probe = http_probe("/health/live", 10);
    api.liveness_probe->timeout_seconds = timeout;
    api.readiness_probe = http_probe("/health/ready", 10, 30);
    api.readiness_probe->timeout_seconds = 20;
    spec.topology.services = {api};
    complete(spec.topology);
    Drill drill(std::move(spec));
    drill.run_for(30min);
    return count(drill.events(), EventKind::container_restarted, "api");
  };
  EXPECT_EQ(restarts(40, 1), 0);
  EXPECT_GT(restarts(85, 1), 10);  // a little more than they can do: one restarts, the others get its load
  EXPECT_EQ(restarts(40, 10), 0);
}

TEST(WorldProbes, ReadinessLooksAtTheDependenciesItIsToldTo) {
  const auto unready = [](std::vector<std::string> looked_at) {
    WorldSpec spec = probed_shop({fault("db", "connection_refused", target_of("postgres"), 5min, 10min)});
    service_of(spec, "checkout").readiness_checks = std::move(looked_at);
    Drill drill(std::move(spec));
    drill.run_for(20min);
    EXPECT_EQ(drill.world().ready_replicas(index_of(drill.world(), "checkout")), 3);
    return count(drill.events(), EventKind::endpoint_unready);
  };
  EXPECT_EQ(unready({}), 0);
  EXPECT_EQ(unready({"payments"}), 0);
  EXPECT_EQ(unready({"postgres", "payments"}), 3);
}

TEST(WorldProbes, AFailedReadinessSaysWhichDependencyIsAway) {
  WorldSpec spec = probed_shop({fault("db", "connection_refused", target_of("postgres"), 5min, 10min)});
  service_of(spec, "checkout").readiness_checks = {"payments", "postgres"};
  Drill drill(std::move(spec));
  drill.run_for(6min);
  std::string why;
  for (const events::Event& e : drill.events()) {
    if (e.kind == EventKind::probe_failure) why = e.text("reason");
  }
  EXPECT_EQ(why,
            "HTTP probe failed with status code 503: "
            R"({"status":"not_ready","checks":{"postgres":false,"payments":true}})");
}

// What each handler notices: a connection that opens is enough for tcpSocket; grpc and exec wait for an answer.
TEST(WorldProbes, HandlersSeeWhatTheyLookAt) {
  const auto restarts = [](std::string_view handler, FaultSpec broken) {
    WorldSpec spec = probed_shop({std::move(broken)});
    ServiceSpec& checkout = service_of(spec, "checkout");
    checkout.readiness_probe.reset();
    ProbeSpec& probe = *checkout.liveness_probe;
    probe.http_get.reset();
    if (handler == "tcp") probe.tcp_socket = ProbeTcpSocket{.port = "8080", .host = {}};
    if (handler == "grpc") probe.grpc = ProbeGrpc{.port = 8080, .service = {}};
    if (handler == "exec") probe.exec = ProbeExec{.command = {"/bin/healthy"}};
    Drill drill(std::move(spec));
    drill.run_for(15min);
    return count(drill.events(), EventKind::container_restarted);
  };
  const auto refused = [] { return fault("f", "connection_refused", target_of("checkout"), 5min, 1min); };
  const auto slow = [] { return fault("f", "latency", target_of("checkout"), 5min, 1min, with_p50(120s)); };
  const auto wrong = [] { return fault("f", "http_error", target_of("checkout"), 5min, 1min); };
  for (const std::string_view handler : {"tcp", "grpc", "exec"}) {
    EXPECT_GE(restarts(handler, refused()), 3u) << handler;
    EXPECT_EQ(restarts(handler, wrong()), 0u) << handler;  // an answer of the application, not of its health
  }
  EXPECT_EQ(restarts("tcp", slow()), 0u);
  EXPECT_GE(restarts("grpc", slow()), 3u);
  EXPECT_GE(restarts("exec", slow()), 3u);
}

TEST(WorldProbes, MemoryLimitKills) {
  WorldSpec spec = probed_shop({fault("slow", "latency", target_of("payments"), 5min, 5min, with_p50(2s))});
  ServiceSpec& checkout = service_of(spec, "checkout");
  checkout.memory = {.baseline = 100e6, .per_request = 10e6, .limit = 300e6};  // twenty requests at once
  Drill drill(std::move(spec));
  drill.run_for(5min);
  EXPECT_EQ(count(drill.events(), EventKind::container_oom_killed), 0);
  drill.run_for(5min);
  EXPECT_GE(count(drill.events(), EventKind::container_oom_killed), 3);
  EXPECT_GE(count(drill.events(), EventKind::container_restarted), 3);
  drill.run_for(10min);
  EXPECT_EQ(drill.world().ready_replicas(index_of(drill.world(), "checkout")), 3);
}

// What everybody wants to know of a pod beside what happened to it.
TEST(WorldProbes, EventsTellOfServiceInstanceRestartsAndReadyReplicas) {
  Drill drill(probed_shop({fault("down", "crash", target_of("checkout", "one"), 2min, {})}));
  drill.run_for(4min);
  std::string log;
  for (const events::Event& e : drill.events()) {
    if (!is_of_pod(e)) continue;
    log += format("{} {} {} restarts={:g} ready={:g}\n", to_string(e.kind), e.text("service"),
                  e.text("instance") == e.subject + ":8080", e.number("restarts"), e.number("ready"));
  }
  EXPECT_EQ(log,
            "container.exited checkout true restarts=0 ready=0\n"
            "endpoint.unready checkout true restarts=0 ready=2\n"
            "container.restarted checkout true restarts=1 ready=0\n"
            "probe.success checkout true restarts=0 ready=0\n"
            "endpoint.ready checkout true restarts=0 ready=3\n");
}

TEST(WorldProbes, SameSeedSameEventsHoweverItIsStepped) {
  const auto faults = [] {
    return std::vector{fault("hang", "latency", target_of("checkout"), 5min, 10min, with_p50(1s))};
  };
  const auto events_of = [&](std::uint64_t seed, Duration step) {
    WorldSpec spec = probed_shop(faults(), seed);
    const Time start = spec.start;
    Told told;
    World world(std::move(spec), told);
    while (world.now() < start + 20min) {
      world.advance_to(std::min(start + 20min, world.now() + step));
      world.probes();  // looking changes nothing
    }
    return log_of(told.events, start);
  };
  const std::string log = events_of(7, 20min);
  EXPECT_GT(std::ranges::count(log, '\n'), 20);
  EXPECT_EQ(log, events_of(7, 20min));
  EXPECT_EQ(log, events_of(7, 1700ms));
  EXPECT_NE(log, events_of(8, 20min));
}

}  // namespace
}  // namespace firedrill::fake_services
