// What targets expose: labels, series in a stable order, counters that only rise, and the scenario's own metrics.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "base/text/format.h"
#include "fake_services/telemetry/metric_spec.h"
#include "shop.h"

namespace firedrill::fake_services {
namespace {

using namespace std::chrono_literals;

MetricSpec signal(std::string name, std::string service, std::string what,
                  std::map<std::string, std::string> labels = {}) {
  MetricSpec m;
  m.name = std::move(name);
  m.service = std::move(service);
  m.signal = std::move(what);
  for (const auto& kind : metric_signals()) {
    if (kind.name == m.signal) m.type = kind.type;
  }
  m.labels = std::move(labels);
  m.per = "replica";
  return m;
}

TEST(Targets, OneForEachReplicaThatIsOurs) {
  World world(shop_world());
  std::vector<std::string> places;
  for (const auto& t : world.targets()) {
    places.push_back(format("{} {}", t.service, t.place));
    EXPECT_THAT(t.pod, testing::MatchesRegex(t.service + "-[b-z2-9]{6,10}-[b-z2-9]{5}"));
    EXPECT_EQ(t.instance, t.pod + (t.service == "postgres" ? ":5432" : ":8080"));
  }
  EXPECT_THAT(places, testing::ElementsAre("web 0", "web 1", "web 2", "checkout 0", "checkout 1", "checkout 2",
                                           "catalogue 0", "catalogue 1", "postgres 0", "redis 0"));
  const std::string pod = world.targets()[3].pod;
  EXPECT_EQ(
      world.targets()[3].labels.to_string(),
      format(R"({{instance="{}:8080", job="checkout", namespace="shop", pod="{}", service="checkout"}})", pod, pod));
}

TEST(Targets, SeriesAreUniqueAndCarryTheTargetsLabels) {
  WorldSpec spec = shop_world();
  spec.metrics = {signal("http_requests", "web", "requests", {{"status", "code"}}),
                  signal("in_flight", "web", "in_flight")};
  World world(std::move(spec));
  std::vector<double> values;
  world.advance_to(world.now() + 1min);
  for (std::size_t i = 0; i < world.targets().size(); ++i) {
    const Target& target = world.targets()[i];
    std::set<model::Labels> seen;
    for (const auto& s : target.series) {
      EXPECT_TRUE(seen.insert(s.labels).second) << s.labels.to_string();
      for (const auto& l : target.labels) EXPECT_EQ(s.labels.get(l.name), l.value);
    }
    const ScrapeResult result = world.scrape(i, values);
    EXPECT_TRUE(result.up);
    EXPECT_GT(result.duration_s, 0);
    EXPECT_EQ(values.size(), target.series.size());
    for (const double v : values) EXPECT_TRUE(is_absent(v) || std::isfinite(v));
  }
}

TEST(Targets, EveryBuiltInNameIsTaken) {
  World world(shop_world());
  for (const auto& s : world.targets()[3].series) {
    std::string name(s.labels.metric_name());
    for (const std::string suffix : {"_bucket", "_sum", "_count"}) {
      if (s.type == model::MetricType::histogram && name.ends_with(suffix)) name.resize(name.size() - suffix.size());
    }
    MetricSpec m = signal(name, "web", "in_flight");
    EXPECT_THAT(problem_of(m).what, testing::HasSubstr("already")) << name;
  }
}

TEST(Targets, CodesAppearWithTheirFirstOccurrence) {
  Fields code;
  code.set("code", std::int64_t{500}, {});
  Drill drill(shop_world({fault("f", "http_error", target_of("redis"), 5min, {}, code)}));
  const auto present = [&] {
    std::vector<double> values;
    const auto targets = drill.world().targets();
    for (std::size_t i = 0; i < targets.size(); ++i) {
      if (targets[i].service != "redis") continue;
      drill.world().scrape(i, values);
      for (std::size_t s = 0; s < values.size(); ++s) {
        if (targets[i].series[s].labels.get("code") == "500") return !is_absent(values[s]);
      }
    }
    return false;
  };
  drill.run_for(4min);
  EXPECT_FALSE(present());
  drill.run_for(4min);
  EXPECT_TRUE(present());
}

TEST(Targets, CountersOnlyRiseAndHistogramsAddUp) {
  World world(shop_world({fault("db", "connection_refused", target_of("postgres"), 3min, 3min)}));
  std::vector<std::vector<double>> last(world.targets().size());
  std::vector<double> values;
  for (int step = 0; step < 40; ++step) {
    world.advance_to(world.now() + 15s);
    for (std::size_t i = 0; i < world.targets().size(); ++i) {
      if (!world.scrape(i, values).up) continue;
      const auto& series = world.targets()[i].series;
      double buckets = 0;
      for (std::size_t s = 0; s < values.size(); ++s) {
        if (is_absent(values[s])) continue;
        const auto& labels = series[s].labels;
        if (series[s].type != model::MetricType::gauge && !last[i].empty() && !is_absent(last[i][s])) {
          EXPECT_GE(values[s], last[i][s]) << labels.to_string();
        }
        if (labels.metric_name() == "http_request_duration_seconds_bucket") {
          if (labels.get("le") == "0.005") buckets = 0;
          EXPECT_GE(values[s], buckets) << labels.to_string();
          buckets = values[s];
        }
        if (labels.metric_name() == "http_request_duration_seconds_count") {
          EXPECT_EQ(values[s], buckets);
        }
      }
      last[i] = values;
    }
  }
}

TEST(Targets, ProcessorAndMemoryFollowLoad) {
  Fields delay;
  delay.set("p50", Duration(2s), {});
  Drill drill(shop_world({fault("slow", "latency", target_of("redis"), 20min, {}, delay)}));
  drill.run_for(10min);
  const double cpu = drill.value("web", "process_cpu_seconds_total");
  const double requests = drill.value("web", "http_requests_total");
  const double memory = drill.value("catalogue", "process_resident_memory_bytes");
  drill.run_for(10min);
  const double cores = (drill.value("web", "process_cpu_seconds_total") - cpu) / 600;
  const double rate = (drill.value("web", "http_requests_total") - requests) / 600;
  EXPECT_NEAR(cores, rate * 0.001 + 3 * 0.005, 1e-3);
  drill.run_for(10min);
  EXPECT_GT(drill.value("catalogue", "process_resident_memory_bytes"), memory + 5e6);
}

// The names that the rules of the subject matter use.
TEST(OwnMetrics, SignalsUnderUsersNames) {
  WorldSpec spec = shop_world({fault("db", "connection_refused", target_of("postgres"), 10min, 20min)});
  MetricSpec histogram = signal("http_duration_bucket", "checkout", "duration");
  histogram.buckets = {0.1, 0.2, 0.4};
  spec.metrics = {signal("http_requests", "checkout", "requests", {{"status", "code"}}),
                  signal("error_rate", "checkout", "error_ratio"), signal("rps", "checkout", "request_rate"), histogram,
                  signal("failures_total", "checkout", "errors", {{"why", "=server"}})};
  Drill drill(std::move(spec));
  drill.run_for(9min);
  EXPECT_EQ(drill.value("checkout", "http_requests", {{"status", "200"}}),
            drill.value("checkout", "http_requests_total", {{"code", "200"}}));
  EXPECT_LT(drill.value("checkout", "error_rate") / 3, 0.01);
  EXPECT_NEAR(drill.value("checkout", "rps"), 47, 6);
  EXPECT_EQ(drill.value("checkout", "http_duration_bucket", {{"le", "0.1"}}),
            drill.value("checkout", "http_request_duration_seconds_bucket", {{"le", "0.1"}}));
  EXPECT_GT(drill.value("checkout", "http_duration_bucket", {{"le", "0.2"}}),
            drill.value("checkout", "http_duration_bucket", {{"le", "0.1"}}));
  EXPECT_EQ(drill.value("checkout", "http_duration_count"), drill.value("checkout", "http_requests_total"));
  drill.run_for(5min);
  EXPECT_GT(drill.value("checkout", "error_rate") / 3, 0.99);
  EXPECT_GT(drill.value("checkout", "failures_total", {{"why", "server"}}), 1000);
}

TEST(OwnMetrics, ValuesMoveUnderTheirFault) {
  WorldSpec spec = shop_world({fault("db", "connection_refused", target_of("postgres"), 10min, 10min)});
  MetricSpec queue;
  queue.name = "orders_in_queue";
  queue.service = "checkout";
  queue.per = "service";
  queue.value = ValueSpec{.baseline = 40, .noise = 1, .daily = 0};
  queue.under["db"].rise_per_minute = 30;
  spec.metrics = {queue};
  Drill drill(std::move(spec));
  drill.run_for(10min);
  EXPECT_NEAR(drill.value("checkout", "orders_in_queue"), 40, 5);
  drill.run_for(5min);
  EXPECT_NEAR(drill.value("checkout", "orders_in_queue"), 190, 5);
  drill.run_for(10min);
  EXPECT_NEAR(drill.value("checkout", "orders_in_queue"), 190, 5);  // 300 at its height, and five minutes down again
  drill.run_for(10min);
  EXPECT_NEAR(drill.value("checkout", "orders_in_queue"), 40, 5);
}

TEST(OwnMetrics, ProblemsAreSaid) {
  MetricSpec m = signal("x", "web", "requests");
  EXPECT_EQ(problem_of(m).what, "");
  m.labels = {{"status", "kode"}};
  EXPECT_THAT(problem_of(m).what, testing::HasSubstr("none of code, code_class, method, route, version"));
  m = signal("x", "web", "in_flight", {{"code", "code"}});
  EXPECT_THAT(problem_of(m).what, testing::HasSubstr("has no label 'code'"));
  m = signal("1x", "web", "in_flight");
  EXPECT_THAT(problem_of(m).what, testing::HasSubstr("no name for a metric"));
  m = signal("active_connections", "web", "in_flight");
  EXPECT_EQ(problem_of(m).what, "every target has a metric 'active_connections' already");
  m = signal("x", "web", "");
  EXPECT_THAT(problem_of(m).what, testing::HasSubstr("either a signal or a value"));
  m = signal("x", "web", "duration");
  m.buckets = {0.2, 0.1};
  EXPECT_THAT(problem_of(m).what, testing::HasSubstr("must be positive and rise"));
}

}  // namespace
}  // namespace firedrill::fake_services
