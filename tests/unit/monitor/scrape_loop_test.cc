// Scraping, as Prometheus would see it: offsets, `up` and its kin, stale markers.
#include <gtest/gtest.h>

#include "base/text/numbers.h"
#include "monitor/embedded/scrape_loop.h"

namespace firedrill::monitor {
namespace {

constexpr Time kStart = std::chrono::sys_days(std::chrono::year(2026) / 3 / 3);

// One target with two series whose values and health a test sets.
class FakeHost final : public ScrapeTargets {
 public:
  FakeHost() {
    fake_services::Target target;
    target.job = "web";
    target.labels = {{"job", "web"}, {"instance", "web-0:8080"}};
    target.series.push_back({model::Labels{{"__name__", "requests"}, {"instance", "web-0:8080"}}, {}});
    targets_.push_back(target);
  }
  std::span<const fake_services::Target> targets() const override { return targets_; }
  fake_services::ScrapeResult scrape(std::size_t, std::vector<double>& out) override {
    out = up ? values : std::vector<double>{};
    return {
        .up = up, .duration_s = duration, .samples = out.size(), .discovered = discovered, .disturbed = &conditions};
  }
  const fake_services::MonitorConditions& monitor_conditions() const override { return monitor; }
  void tell(const fake_services::MonitorCounts&) override {}
  void tell(const fake_services::AlertmanagerCounts&) override {}
  void tell(std::size_t, const fake_services::ScrapeOutcome& outcome) override { told.push_back(outcome); }
  void add_series(const std::string& name) {
    targets_[0].series.push_back({model::Labels{{"__name__", name}, {"instance", "web-0:8080"}}, {}});
  }
  void add_bucket(const std::string& le) {
    targets_[0].series.push_back({model::Labels{{"__name__", "d_bucket"}, {"le", le}}, model::MetricType::histogram});
  }

  bool up = true;
  bool discovered = true;
  fake_services::ScrapeConditions conditions;
  fake_services::MonitorConditions monitor;
  std::vector<fake_services::ScrapeOutcome> told;
  double duration = 0.01;
  std::vector<double> values{1};

 private:
  std::vector<fake_services::Target> targets_;
};

scenario::PrometheusSettings settings(scenario::ScrapePhase phase = scenario::ScrapePhase::aligned) {
  scenario::PrometheusSettings result;
  result.scrape_interval = 15s;
  result.scrape_phase = phase;
  return result;
}

// "1 2 stale": a series' values as text.
std::string values_of(const tsdb::Store& store, std::string_view name) {
  const auto series =
      store.select(std::vector{*model::Matcher::make("__name__", model::MatchOp::equal, std::string(name))});
  if (series.empty()) return "none";
  std::string out;
  for (const double value : store.samples(series[0]).values) {
    out += (out.empty() ? "" : " ") + (is_stale(value) ? "stale" : format_number(value));
  }
  return out;
}

TEST(ScrapeLoop, AppendsTheTargetsSeriesAndItsOwn) {
  FakeHost host;
  tsdb::Store store;
  ScrapeLoop loop(host, settings(), kStart, {.normalise = true}, store);
  EXPECT_EQ(loop.next_due(), kStart);
  loop.run_due(kStart + 30s);
  EXPECT_EQ(loop.next_due(), kStart + 45s);
  EXPECT_EQ(values_of(store, "requests"), "1 1 1");
  EXPECT_EQ(values_of(store, "up"), "1 1 1");
  EXPECT_EQ(values_of(store, "scrape_duration_seconds"), "0.01 0.01 0.01");
  EXPECT_EQ(values_of(store, "scrape_samples_scraped"), "1 1 1");
  EXPECT_EQ(values_of(store, "scrape_series_added"), "1 0 0");
}

// scrape/scrape.go: a scrape that brings too much fails as a whole, and its series end; how much it was is known.
TEST(ScrapeLoop, RefusesAScrapeThatBringsMoreThanItMay) {
  FakeHost host;
  auto prometheus = settings();
  prometheus.limits.samples = 1;
  tsdb::Store store;
  ScrapeLoop loop(host, prometheus, kStart, {.normalise = true}, store);
  loop.run_due(kStart);
  host.add_series("more");
  host.values = {2, 3};
  loop.run_due(kStart + 15s);
  EXPECT_EQ(values_of(store, "up"), "1 0");
  EXPECT_EQ(values_of(store, "requests"), "1 stale");
  EXPECT_EQ(values_of(store, "more"), "");
  EXPECT_EQ(values_of(store, "scrape_samples_scraped"), "1 2");
  EXPECT_EQ(values_of(store, "scrape_samples_post_metric_relabeling"), "1 2");
  EXPECT_EQ(values_of(store, "scrape_series_added"), "1 0");
}

TEST(ScrapeLoop, ObeysTheOtherLimits) {
  const auto up = [](scenario::ScrapeLimits limits) {
    FakeHost host;
    auto prometheus = settings();
    prometheus.limits = limits;
    tsdb::Store store;
    ScrapeLoop loop(host, prometheus, kStart, {.normalise = true}, store);
    loop.run_due(kStart);
    return values_of(store, "up");
  };
  EXPECT_EQ(up({.samples = 1, .labels = 2, .label_name_length = 8, .label_value_length = 10, .targets = 1}), "1");
  EXPECT_EQ(up({.labels = 1}), "0") << "the name is one of them";
  EXPECT_EQ(up({.label_name_length = 7}), "0");
  EXPECT_EQ(up({.label_value_length = 9}), "0");
}

TEST(ScrapeLoop, ScrapesAJobAsItsConfigurationSays) {
  FakeHost host;
  host.add_series("go_goroutines");
  host.add_series("copy");
  host.values = {1, 2, 3};
  auto prometheus = settings();
  scenario::ScrapeJob job{.name = "web", .scrape_interval = 10s, .scrape_timeout = 2s, .metric_relabel = {}};
  job.metric_relabel.push_back(*alerting::RelabelStep::make(
      {.source_labels = {"__name__"}, .regex = "go_.*", .action = alerting::RelabelAction::drop}));
  job.metric_relabel.push_back(*alerting::RelabelStep::make(
      {.source_labels = {"__name__"}, .regex = "copy", .target_label = "__name__", .replacement = "requests"}));
  prometheus.jobs.push_back(std::move(job));
  tsdb::Store store;
  ScrapeLoop loop(host, prometheus, kStart, {.normalise = true}, store);
  loop.run_due(kStart + 10s);
  EXPECT_EQ(loop.next_due(), kStart + 20s);
  EXPECT_EQ(values_of(store, "requests"), "1 1");
  EXPECT_EQ(values_of(store, "go_goroutines"), "none");
  EXPECT_EQ(values_of(store, "scrape_samples_scraped"), "3 3");
  EXPECT_EQ(values_of(store, "scrape_samples_post_metric_relabeling"), "1 1");
  EXPECT_EQ(values_of(store, "scrape_series_added"), "1 0");
  host.duration = 3;
  loop.run_due(kStart + 20s);
  EXPECT_EQ(values_of(store, "up"), "1 1 0");
}

TEST(ScrapeLoop, MarksSeriesStaleWhenTheTargetIsDownOrSlow) {
  FakeHost host;
  tsdb::Store store;
  ScrapeLoop loop(host, settings(), kStart, {.normalise = true}, store);
  loop.run_due(kStart);
  host.up = false;
  loop.run_due(kStart + 30s);  // two failed scrapes: one marker
  host.up = true;
  host.duration = 10.5;  // over the time-out of 10 s
  loop.run_due(kStart + 45s);
  host.duration = 0.01;
  loop.run_due(kStart + 60s);
  EXPECT_EQ(values_of(store, "requests"), "1 stale 1");
  EXPECT_EQ(values_of(store, "up"), "1 0 0 0 1");
  EXPECT_EQ(values_of(store, "scrape_duration_seconds"), "0.01 0.01 0.01 10 0.01");
}

TEST(ScrapeLoop, LetsSeriesComeAndGo) {
  FakeHost host;
  tsdb::Store store;
  ScrapeLoop loop(host, settings(), kStart, {.normalise = true}, store);
  loop.run_due(kStart);
  host.add_series("errors");
  host.values = {2, fake_services::absent()};  // known, but nothing has happened yet
  loop.run_due(kStart + 15s);
  EXPECT_EQ(values_of(store, "errors"), "");
  host.values = {3, 7};
  loop.run_due(kStart + 30s);
  host.values = {4, fake_services::absent()};
  loop.run_due(kStart + 60s);
  EXPECT_EQ(values_of(store, "errors"), "7 stale");
  EXPECT_EQ(values_of(store, "requests"), "1 2 3 4 4");
}

TEST(ScrapeLoop, BringsBucketBoundsToTheirCanonicalFormForPrometheus3) {
  for (const bool prometheus3 : {true, false}) {
    FakeHost host;
    host.add_bucket("1");
    host.values = {1, 2};
    tsdb::Store store;
    ScrapeLoop loop(host, settings(), kStart, {.normalise = prometheus3}, store);
    loop.run_due(kStart);
    const model::Labels canonical{{"__name__", "d_bucket"}, {"le", prometheus3 ? "1.0" : "1"}};
    EXPECT_TRUE(store.find(canonical)) << prometheus3;
  }
}

TEST(ScrapeLoop, SpreadsTargetsOverTheInterval) {
  std::vector<int> slots(15);
  for (int i = 0; i < 150; ++i) {
    const Duration phase = phase_of("web-" + std::to_string(i), 15s);
    ASSERT_GE(phase, 0s);
    ASSERT_LT(phase, 15s);
    ++slots[static_cast<std::size_t>(phase / 1s)];
  }
  for (const int count : slots) EXPECT_GT(count, 0);
  EXPECT_EQ(first_slot(kStart + 1ms, 15s, 3s), kStart + 3s);
  EXPECT_EQ(first_slot(kStart + 3s, 15s, 3s), kStart + 3s);
  EXPECT_EQ(first_slot(kStart + 4s, 15s, 3s), kStart + 18s);
}

}  // namespace
}  // namespace firedrill::monitor
