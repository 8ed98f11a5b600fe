// What services write: which lines, of what was counted, and for how many each of them stands.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/text/format.h"
#include "events/action.h"
#include "events/event.h"
#include "fake_services/faults/fault_table.h"
#include "fake_services/logs/changes.h"
#include "fake_services/logs/cluster_events.h"
#include "fake_services/logs/log_form.h"
#include "fake_services/logs/log_sampler.h"
#include "fake_services/logs/log_writer.h"
#include "fault_script.h"
#include "written.h"

namespace firedrill::fake_services {
namespace {

using events::ClusterEvent;
using events::LogLine;
using testing::HasSubstr;
using namespace std::chrono_literals;

const Time kStart = *parse_instant("2026-03-03T13:30:00Z");

// Every kind says what is written of it, in words of its own that give nothing away, or why nothing is.
TEST(FaultLines, RowsAreComplete) {
  for (const FaultKind& kind : fault_table()) {
    EXPECT_NE(kind.lines.empty(), kind.no_lines.empty()) << kind.name;
    for (const LogForm& line : kind.lines) {
      EXPECT_TRUE(is_well_formed(line.message)) << line.message;
      for (const FaultKind& other : fault_table()) {
        if (other.name.find('_') == std::string_view::npos) continue;
        EXPECT_EQ(line.message.find(other.name), std::string_view::npos) << kind.name << ": " << line.message;
      }
      EXPECT_EQ(line.message.find("fault"), std::string_view::npos) << line.message;
      EXPECT_EQ(line.message.find("firedrill"), std::string_view::npos) << line.message;
    }
  }
}

TEST(LogForm, FillsInWhatDiffers) {
  const LogWords words{.peer = "postgres", .route = "GET /cart", .timeout = "5s", .port = 5432, .code = 503};
  EXPECT_EQ(fill_in("dial tcp {peer}:{port}: {route} {code} in {timeout}", words),
            "dial tcp postgres:5432: GET /cart 503 in 5s");
  EXPECT_FALSE(is_well_formed("{peer"));
  EXPECT_FALSE(is_well_formed("{pear}"));
  EXPECT_FALSE(is_well_formed("peer}"));
  for (std::size_t i = 0; i < kLogCauses; ++i) {
    const LogForm* form = usual_form(static_cast<LogCause>(i), 500);
    if (form != nullptr) {
      EXPECT_TRUE(is_well_formed(form->message)) << form->message;
    }
  }
}

TEST(LogSampler, WritesAFewAtOnceAndThenOneEverySoOften) {
  LogSampler sampler(2min, 4);
  std::vector<std::size_t> lines;
  for (int m = 0; m < 7; ++m) {
    lines.push_back(sampler.count(100, kStart + m * 1min, kStart + (m + 1) * 1min, false));
    std::uint64_t sum = 0;
    for (std::size_t left = lines.back(); left > 0; --left) sum += sampler.stands_for(left);
    if (lines.back() > 0) {
      EXPECT_EQ(sum, m < 1 ? 100U : 200U) << m;  // and of the minute without a line
    }
  }
  EXPECT_EQ(lines, (std::vector<std::size_t>{4, 0, 1, 0, 1, 0, 1}));
  // Five times as much begins as something new does.
  EXPECT_EQ(sampler.count(1000, kStart + 10min, kStart + 11min, false), 4U);
}

TEST(LogSampler, TellsWhatIsBeyondWhatIsUsual) {
  LogSampler sampler(2min, 4);
  for (int m = 0; m < 30; ++m) sampler.count(10, kStart + m * 1min, kStart + (m + 1) * 1min, false);
  EXPECT_NEAR(sampler.excess(), 0, 0.01);
  for (int m = 30; m < 60; ++m) sampler.count(100, kStart + m * 1min, kStart + (m + 1) * 1min, true);
  EXPECT_NEAR(sampler.excess(), 0.9, 0.01) << "it does not become usual while something is known of it";
}

double sum_of(const std::vector<LogLine>& lines) {
  double sum = 0;
  for (const LogLine& line : lines) sum += static_cast<double>(line.stands_for);
  return sum;
}

// As many as were counted.
TEST(Logs, StandForWhatWasCounted) {
  const WorldSpec spec = shop_world({fault("f", "connection_refused", target_of("postgres"), 10min, 10min)});
  const Written written = run(spec);
  WorldSpec same = spec;
  Drill drill(std::move(same));
  drill.run_for(40min);
  const double refused =
      drill.value("checkout", "dependency_requests_total", {{"dependency", "postgres"}, {"outcome", "refused"}});
  ASSERT_GT(refused, 1000);
  const auto lines = of(written, "checkout", "refused");
  EXPECT_EQ(sum_of(lines), refused);
  for (const LogLine& line : lines) {
    EXPECT_GE(line.t, kStart + 10min);
    EXPECT_LE(line.t, kStart + 20min + 5s);
    EXPECT_EQ(line.peer, "postgres");
    EXPECT_THAT(line.message, HasSubstr("connection refused"));
    EXPECT_THAT(line.route, testing::Not(testing::IsEmpty()));
    EXPECT_EQ(line.trace.size(), 32U);
    EXPECT_TRUE(line.pod.starts_with("checkout-")) << line.pod;
  }
  // Four as it begins, then one every two minutes.
  EXPECT_GE(lines.size(), 6U);
  EXPECT_LE(lines.size(), 13U);
}

// So it is of what lasts less than a minute, of what is answered, and of what the end of the run cuts off.
TEST(Logs, StandForAllOfWhatIsShort) {
  for (const Duration lasts : {Duration(20s), Duration(100s), Duration(10min)}) {
    const WorldSpec spec = shop_world({fault("f", "connection_refused", target_of("postgres"), 10min, lasts)});
    const Written written = run(spec, 15min + 30s);
    Drill drill(spec);
    drill.run_for(15min + 30s);
    EXPECT_EQ(
        sum_of(of(written, "checkout", "refused")),
        drill.value("checkout", "dependency_requests_total", {{"dependency", "postgres"}, {"outcome", "refused"}}));
    double answered = 0;
    for (const char* cause : {"served", "server_error", "client_error", "too_many_requests"}) {
      answered += sum_of(of(written, "web", cause));
    }
    EXPECT_EQ(answered, drill.value("web", "http_requests_total"));
  }
}

Fields of_time(std::string_view name, Duration time) {
  Fields fields;
  fields.set(name, time, {});
  return fields;
}

// What took so long since the fault began was over so long after it at the earliest.
TEST(Logs, SayNothingOfALongTimeBeforeItHasGoneBy) {
  WorldSpec spec = shop_world({fault("f", "hang", target_of("postgres"), 10min + 20s, 1min)});
  for (ServiceSpec& service : spec.topology.services) {
    for (DependencySpec& d : service.dependencies) d.request_timeout = 30s;
  }
  const Written written = run(std::move(spec), 20min);
  const auto timeouts = of(written, "checkout", "timeout");
  ASSERT_FALSE(timeouts.empty());
  for (const LogLine& line : timeouts) EXPECT_GE(line.t, kStart + 10min + 50s) << line.message;
  for (const LogLine& line : of(written, "checkout", "server_error")) {
    EXPECT_TRUE(!line.message.contains("504") || line.t >= kStart + 10min + 50s) << line.message;
  }
  const Written slow =
      run(shop_world({fault("f", "latency", target_of("postgres"), 10min + 40s, 5min, of_time("p50", 40s))}), 20min);
  ASSERT_FALSE(of(slow, "postgres", "slow").empty());
  for (const LogLine& line : of(slow, "postgres", "slow")) {
    const bool long_time = !line.message.contains("ms") && !line.message.contains("than 1.") && line.t < kStart + 15min;
    EXPECT_TRUE(!long_time || line.t >= kStart + 10min + 40s + 30s) << line.message;
  }
}

// Of a fault that is aimed at a service and not at one of its dependencies, too.
TEST(Logs, TellOfWhatAServiceAsksOfAllItsDependencies) {
  const Written storm = run(shop_world({fault("f", "retry_storm", target_of("checkout"), 10min, 10min)}));
  EXPECT_FALSE(of(storm, "checkout", "repeated").empty());
  const Written of_callee = run(shop_world({fault("f", "retry_storm", target_of("web"), 10min, 10min)}));
  EXPECT_TRUE(of(of_callee, "checkout", "repeated").empty());
}

// Requests that do not write wait for workers, and for no disk.
TEST(Logs, ReadingRoutesDoNotBlameTheDisk) {
  WorldSpec spec = drill_shop({fault("f", "io_latency", target_of("checkout"), 10min, 10min, of_time("mean", 2s))});
  ServiceSpec& checkout = service_of(spec, "checkout");
  ASSERT_EQ(checkout.routes.size(), 1U);
  checkout.routes.push_back(checkout.routes.front());
  checkout.routes.front().method = "POST";
  checkout.routes.back().method = "GET";
  checkout.routes.back().path = "/read";
  for (RouteSpec& route : checkout.routes) route.share = 0.5;
  const Written written = run(std::move(spec));
  std::size_t blamed = 0;
  for (const LogLine& line : of(written, "checkout", "slow")) {
    const bool disk = line.message.contains("fsync");
    blamed += disk ? 1 : 0;
    EXPECT_TRUE(!disk || line.route.starts_with("POST")) << line.message;
  }
  EXPECT_GT(blamed, 0U);
}

TEST(LogSampler, HasARestUntilALineStandsForIt) {
  LogSampler sampler(2min, 1);
  ASSERT_EQ(sampler.count(5, kStart, kStart + 1min, false), 1U);
  EXPECT_EQ(sampler.stands_for(1), 5U);
  EXPECT_FALSE(sampler.pending());
  ASSERT_EQ(sampler.count(7, kStart + 1min, kStart + 2min, false), 0U);
  EXPECT_TRUE(sampler.pending());
  EXPECT_EQ(sampler.stands_for(1), 7U);
}

// However much happens, and however often a fault begins in a minute.
TEST(Logs, AreNoMoreThanSoManyInAMinute) {
  std::vector<FaultSpec> faults;
  for (int i = 0; i < 20; ++i) {
    const Duration at = 10min + i * 17s;
    faults.push_back(fault(format("r{}", i), "connection_refused", target_of("postgres"), at, 7s));
    faults.push_back(fault(format("c{}", i), "crash", target_of("checkout"), at + 3s, {}));
  }
  WorldSpec spec = shop_world(std::move(faults));
  for (ServiceSpec& service : spec.topology.services) {
    if (service.name == "checkout") service.replicas = 40;
  }
  const Written written = run(std::move(spec), 20min);
  std::map<std::string, std::size_t> by_minute;
  std::size_t most = 0;
  std::size_t most_processes = 0;
  for (const LogLine& line : written.lines) {
    const Time minute = std::chrono::floor<std::chrono::minutes>(line.t);
    const std::size_t count = ++by_minute[format("{} {} {} {} {}", format_instant(minute), line.service,
                                                 line.pod == "edge", line.cause, line.peer)];
    const bool of_process = line.cause == "exited" || line.cause == "started";
    (of_process ? most_processes : most) = std::max(of_process ? most_processes : most, count);
  }
  EXPECT_LE(most, LogWriter::kMostInAMinute + 2);
  EXPECT_GE(most, 3U);
  EXPECT_EQ(most_processes, LogWriter::kMostProcesses + 1);
  double started = 0;
  for (const LogLine& line : of(written, "checkout", "started")) started += static_cast<double>(line.stands_for);
  double restarted = 0;
  for (const events::Event& event : written.told) {
    restarted += event.kind == events::EventKind::container_restarted && event.subject.starts_with("checkout") ? 1 : 0;
  }
  EXPECT_EQ(started, restarted) << "one line stands for those beyond";
}

// A consumer writes that it is behind, long before its queue is full.
TEST(Logs, OfConsumersThatAreBehind) {
  const Written written = run(drill_shop({fault("f", "consumer_stall", target_of("mailer"), 10min, 10min)}));
  const auto lines = of(written, "mailer", "lag");
  ASSERT_GE(lines.size(), 4U);
  for (const LogLine& line : lines) {
    EXPECT_GE(line.t, kStart + 10min);
    EXPECT_LE(line.t, kStart + 21min);
    EXPECT_TRUE(line.trace.empty());
    EXPECT_THAT(line.message, HasSubstr(" wait"));
  }
  EXPECT_TRUE(of(run(drill_shop({})), "mailer", "lag").empty());
}

// A target is scraped every 15 s, and fails while it is down.
TEST(Logs, OfScrapesThatFailed) {
  const Written written = run(shop_world({fault("f", "connection_refused", target_of("postgres"), 10min, 10min)}));
  const auto lines = of(written, "prometheus", "scrape_failed");
  ASSERT_FALSE(lines.empty());
  std::map<std::pair<Time, std::string>, int> seen;
  for (const LogLine& line : lines) {
    EXPECT_EQ((line.t - kStart) % 15s, Duration(0));
    EXPECT_GE(line.t, kStart + 10min);
    EXPECT_LE(line.t, kStart + 20min);
    EXPECT_EQ(++seen[std::pair(line.t, line.message.substr(line.message.find("postgres-")))], 1) << line.message;
    EXPECT_THAT(line.message, HasSubstr("refused"));
  }
}

// Whoever fails because of another one writes of the same request.
TEST(Logs, FollowARequestThroughServices) {
  const Written written = run(shop_world({fault("f", "connection_refused", target_of("postgres"), 10min, 10min)}));
  std::map<std::string, std::vector<std::string>> services;
  for (const LogLine& line : written.lines) {
    if (!line.trace.empty()) services[line.trace].push_back(line.service);
  }
  const bool through = std::ranges::any_of(services, [](const auto& trace) {
    return std::ranges::count(trace.second, "checkout") > 0 && std::ranges::count(trace.second, "web") > 0;
  });
  EXPECT_TRUE(through);
  // And of no other one: whoever answers with an error writes of it once.
  for (const auto& [trace, writers] : services) {
    EXPECT_LE(std::ranges::count(writers, "web"), 2) << trace;
    EXPECT_LE(std::ranges::count(writers, "checkout"), 2) << trace;
  }
}

// And is answered with the code of what failed: connections that time out and such that are refused are met in turn.
TEST(Logs, PairACallWithTheCodeThatItGives) {
  const Written written = run(shop_world({fault("f", "dependency_down", target_of("postgres"), 10min, 10min)}));
  const std::map<std::string, std::string> given{
      {"refused", "503"}, {"reset", "503"}, {"pool_timeout", "503"}, {"timeout", "504"}, {"error", "502"}};
  std::map<std::pair<std::string, std::string>, std::string> met;
  for (const LogLine& line : written.lines) {
    if (given.contains(line.cause)) met[{line.trace, line.service}] = line.cause;
  }
  std::size_t pairs = 0;
  for (const LogLine& line : written.lines) {
    const auto its = met.find({line.trace, line.service});
    if (line.cause != "server_error" || its == met.end()) continue;
    ++pairs;
    EXPECT_THAT(line.message, HasSubstr(given.at(its->second))) << its->second;
  }
  EXPECT_GT(pairs, 0U);
}

TEST(Logs, WriteNothingOfAFaultWithoutEffect) {
  WorldSpec spec = shop_world({fault("f", "connection_refused", target_of("postgres"), 10min, 10min)});
  spec.disable_faults = true;
  const Written written = run(std::move(spec));
  EXPECT_TRUE(of(written, "checkout", "refused").empty());
  EXPECT_FALSE(of(written, "web", "served").empty());
}

TEST(Logs, ChangeNothingInTheWorld) {
  const WorldSpec spec = drill_shop({fault("f", "crash", target_of("checkout"), 10min, {})});
  WorldSpec logged = spec;
  logged.log_every = 2min;
  Drill without(spec), with(logged);
  without.run_for(20min);
  with.run_for(20min);
  for (const char* service : {"web", "checkout", "postgres"}) {
    EXPECT_EQ(with.value(service, "http_requests_total"), without.value(service, "http_requests_total"));
  }
  EXPECT_EQ(with.events(), without.events());
}

TEST(Logs, AreTheSameAgain) {
  const auto faults = [] { return std::vector{fault("f", "hang", target_of("checkout", "one"), 5min, 10min)}; };
  EXPECT_EQ(run(drill_shop(faults())).lines, run(drill_shop(faults())).lines);
}

// A process that ends by itself writes why, the next one that it begins.
TEST(Logs, OfProcesses) {
  const Written written = run(drill_shop({fault("f", "crash", target_of("checkout", "one"), 10min, {})}));
  const auto exits = of(written, "checkout", "exited");
  ASSERT_EQ(exits.size(), 1U);
  EXPECT_EQ(exits[0].t, kStart + 10min);
  EXPECT_EQ(exits[0].level, events::LogLevel::fatal);
  EXPECT_EQ(of(written, "checkout", "started").size(), 1U);
  for (const LogLine& line : of(written, "web", "refused")) EXPECT_GE(line.t, kStart + 10min);
}

TEST(Logs, OfAVersion) {
  Fields fields;
  fields.set("version", std::string("v2"), {});
  fields.set("errors", 0.5, {});
  const Written written = run(drill_shop({fault("f", "bad_deploy", target_of("checkout"), 10min, 15min, fields)}));
  const auto errors = of(written, "checkout", "server_error");
  EXPECT_TRUE(std::ranges::any_of(
      errors, [](const LogLine& line) { return line.message.find("checkout v2") != std::string::npos; }));
}

// A service all of whose answers take the same time, and a version of it that takes so many times as long.
WorldSpec with_slower_version(const std::string& service, Duration usual, double slower) {
  Fields fields;
  fields.set("version", std::string("v2"), {});
  fields.set("slower", slower, {});
  WorldSpec spec = drill_shop({fault("f", "bad_deploy", target_of(service), 10min, 15min, fields)});
  ServiceSpec& its = service_of(spec, service);
  its.latency = DistributionSpec{"constant", usual, {}, {}, {}};
  its.concurrency = 1000;
  for (RouteSpec& route : its.routes) route.latency.reset();
  for (ServiceSpec& each : spec.topology.services) {
    for (DependencySpec& d : each.dependencies) d.request_timeout = 30s;
    for (DependencySpec& d : each.dependencies) d.pool.size = 1000;
  }
  return spec;
}

// What a new version makes slow is told by its pods, each from when requests come to it.
TEST(Logs, OfAVersionBeforeWhichAllWasWell) {
  const Written written = run(with_slower_version("postgres", 1s, 1.5), 20min);
  std::map<std::string, Time> ready;
  for (const events::Event& event : written.told) {
    if (event.kind == events::EventKind::endpoint_ready) ready.emplace(event.subject, event.t);
  }
  std::size_t seen = 0;
  for (const LogLine& line : of(written, "postgres", "slow")) {
    if (line.t > kStart + 12min) continue;
    ++seen;
    ASSERT_TRUE(ready.contains(line.pod)) << line.pod << " is of the old version";
    EXPECT_GE(line.t, ready.at(line.pod));
    EXPECT_FALSE(line.message.contains("postgres") && !line.message.contains("v2")) << line.message;
  }
  EXPECT_GT(seen, 0U);
}

// Half as much again is slow where all answers take the same time, also on a bound of the histogram.
TEST(Logs, OfWhatAlwaysTookTheSameTime) {
  for (const Duration usual : {Duration(500ms), Duration(2s), Duration(550ms)}) {
    const auto lines = of(run(with_slower_version("postgres", usual, 1.5), 20min), "postgres", "slow");
    EXPECT_FALSE(lines.empty()) << to_seconds(usual);
    for (const LogLine& line : lines) EXPECT_GE(line.t, kStart + 10min) << line.message;
  }
}

TEST(Logs, OfNodesThatAreGone) {
  TargetSpec zone;
  zone.zone = "a";
  const Written written = run(drill_shop({fault("f", "zone_down", zone, 10min, 10min)}));
  ASSERT_FALSE(written.events.empty());
  bool node = false;
  for (const ClusterEvent& event : written.events) {
    if (event.first > kStart + 15min) continue;  // pods are evicted
    EXPECT_EQ(event.reason, "NodeNotReady");
    EXPECT_EQ(event.first, kStart + 10min + 50s) << event.object;
    node = node || event.object.starts_with("node/");
  }
  EXPECT_TRUE(node);
}

// Each step is told of its Deployment, and of the ReplicaSet whose pods come and go.
TEST(ClusterEvents, OfARollout) {
  WorldSpec spec = drill_shop();
  Written written;
  World world(std::move(spec), written);
  world.advance_to(world.now() + 2min);
  ASSERT_TRUE(world.apply({.t = world.now(), .kind = events::ActionKind::restart, .subject = "checkout", .by = "ada"}));
  world.advance_to(world.now() + 5min);
  std::map<std::string, int> seen;
  std::vector<std::string> scaled;
  for (const ClusterEvent& event : written.events) {
    ++seen[event.reason];
    EXPECT_EQ(event.service, "checkout");
    if (event.reason != "ScalingReplicaSet") continue;
    EXPECT_EQ(event.object, "deployment/checkout");
    std::string message = event.message;
    const std::size_t name = message.find("checkout-");
    message.erase(name, message.find(" to ") - name + 1);
    scaled.push_back(message);
  }
  EXPECT_EQ(seen["SuccessfulCreate"], 3);
  EXPECT_EQ(seen["SuccessfulDelete"], 3);
  EXPECT_EQ(seen["Scheduled"], 3);
  EXPECT_EQ(scaled,
            (std::vector<std::string>{"scaled up replica set to 1 from 0", "scaled down replica set to 2 from 3",
                                      "scaled up replica set to 2 from 1", "scaled down replica set to 1 from 2",
                                      "scaled up replica set to 3 from 2", "scaled down replica set to 0 from 1"}));
}

std::vector<std::string> reasons(const events::Event& event) {
  std::vector<std::string> out;
  for (const ClusterEvent& each : cluster_events(event)) {
    out.push_back(each.reason + " " + each.object + " " + std::to_string(each.count));
  }
  return out;
}

TEST(ClusterEvents, OfPods) {
  using enum events::EventKind;
  const auto pod = [](events::EventKind kind) {
    events::Event event{.t = kStart, .kind = kind, .subject = "checkout-1", .fields = {}};
    event.with("service", std::string("checkout")).with("instance", std::string("checkout-1:8080"));
    return event;
  };
  using Strings = std::vector<std::string>;
  EXPECT_EQ(reasons(pod(container_started)),
            (Strings{"Pulled pod/checkout-1 1", "Created pod/checkout-1 1", "Started pod/checkout-1 1"}));
  EXPECT_EQ(reasons(pod(container_restarted)).size(), 3U);
  EXPECT_EQ(reasons(pod(container_killed)), (Strings{"Killing pod/checkout-1 1"}));
  EXPECT_EQ(reasons(pod(container_backoff)), (Strings{"BackOff pod/checkout-1 1"}));
  EXPECT_EQ(reasons(pod(container_oom_killed)), (Strings{"OOMKilled pod/checkout-1 1"}));
  EXPECT_TRUE(reasons(pod(endpoint_ready)).empty());
  EXPECT_TRUE(reasons(pod(container_killed).with("node", std::string("out of touch"))).empty());
  const events::Event failed = pod(probe_failure).with("probe", std::string("readiness"));
  EXPECT_TRUE(reasons(failed).empty()) << "the pods tell each that fails";
  const ClusterEvent live = unhealthy(failed, drill_shop().topology);
  EXPECT_EQ(live.count, 3U);
  EXPECT_GT(live.last - live.first, 2s);
}

// Also of a pod that is never ready, and of which no probe changes anything.
TEST(ClusterEvents, OfEachProbeThatFails) {
  Fields fields;
  fields.set("version", std::string("v2"), {});
  fields.set("becomes_ready", false, {});
  WorldSpec spec = drill_shop({fault("f", "bad_deploy", target_of("checkout"), 10min, 5min, fields)});
  Written written;
  World world(std::move(spec), written);
  world.advance_to(world.now() + 14min);
  double failed = 0;
  for (const ProbeState& probe : world.probes()) failed += static_cast<double>(probe.failures);
  double told = 0;
  for (const ClusterEvent& event : written.events) {
    if (event.reason != "Unhealthy") continue;
    told += static_cast<double>(event.count);
    EXPECT_GE(event.first, kStart + 10min);
    EXPECT_THAT(event.message, HasSubstr("Readiness probe failed"));
  }
  ASSERT_GT(failed, 10);
  EXPECT_EQ(told, failed);
}

TEST(Changes, OfPeopleAndOfFaultsThatAreSome) {
  const events::Event scaled =
      events::event_of({.t = kStart, .kind = events::ActionKind::scale, .subject = "web", .by = "ada", .replicas = 6});
  const auto change = change_of(scaled);
  ASSERT_TRUE(change);
  EXPECT_EQ(*change, (events::Change{kStart, "scaling", "web", "scaled to 6 replicas", "ada"}));
  EXPECT_FALSE(change_of(events::event_of({.t = kStart, .kind = events::ActionKind::declare, .subject = "P1"})));
  const auto rolled_back = [](std::optional<std::int64_t> revision) {
    events::Action action{.t = kStart, .kind = events::ActionKind::rollback, .subject = "web"};
    if (revision) action.arguments = events::Arguments{{"to_revision", std::to_string(*revision)}};
    return change_of(events::event_of(action))->what;
  };
  EXPECT_EQ(rolled_back(std::nullopt), "rolled back to the revision before");
  EXPECT_EQ(rolled_back(0), "rolled back to the revision before");
  EXPECT_EQ(rolled_back(1), "rolled back to revision 1");

  Fields fields;
  fields.set("version", std::string("v2"), {});
  const FaultSpec deploy = fault("f", "bad_deploy", target_of("checkout"), 1min, {}, fields);
  const events::Event begins{.t = kStart, .kind = events::EventKind::fault_injected, .subject = "f", .fields = {}};
  EXPECT_EQ(change_of(deploy, begins, ""),
            (events::Change{kStart, "deployment", "checkout", "version v2 is rolled out", "the deployment pipeline"}));
  const FaultSpec crash = fault("f", "crash", target_of("checkout"), 1min, {});
  EXPECT_FALSE(change_of(crash, begins, ""));
}

}  // namespace
}  // namespace firedrill::fake_services
