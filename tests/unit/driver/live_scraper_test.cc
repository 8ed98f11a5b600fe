// Scrapes over HTTP, of targets that are well and of such that are not.
#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/text/numbers.h"
#include "driver/live/live_scraper.h"
#include "http/server.h"

namespace firedrill::driver::live {
namespace {

class Scraped : public testing::Test {
 protected:
  Scraped() {
    server_ = *http::Server::bind(0, {}, [this](const http::Request& request) {
      EXPECT_EQ(request.path, "/metrics");
      const std::string* accepted = http::find_header(request.headers, "Accept");
      accepted_ = accepted == nullptr ? "" : *accepted;
      sleep_seconds(wait_s_);
      return answer_;
    });
    EXPECT_TRUE(server_->listen());
    make(promql::Version::v3);
  }
  void make(promql::Version version, std::optional<bool> program = {}) {
    fake_services::Target target;
    target.instance = target.pod = "web-0";
    target.labels.set("job", "web");
    scraper_ = std::make_unique<LiveScraper>(
        std::vector{target},
        LiveScraper::Options{
            .seed = 1,
            .version = version,
            .speed = program ? 10.0 : 1.0,
            .is_program = [program](const auto&) { return program == true; },
            .in_run = [](Time wall) { return Time(1'000'000s) + 10 * (wall - Time(2'000'000s)); },
            .now = [] { return Time{}; },
            .port = [this](const auto&) { return port_ ? port_ : server_->port(); },
            .failed = [this](const auto& of,
                             const std::string& why) { failures_.push_back(of.instance + ": " + why); }});
  }
  monitor::SlowScrapes::Done scrape(Duration timeout = 2000ms) {
    EXPECT_EQ(scraper_->next_look(), Time::max());
    scraper_->begin(0, timeout);
    EXPECT_NE(scraper_->next_look(), Time::max());
    const double until = stopwatch_seconds() + 10;
    while (stopwatch_seconds() < until) {
      if (auto done = scraper_->take_done()) return *std::move(done);
      sleep_seconds(0.002);
    }
    ADD_FAILURE() << "it did not end";
    return {};
  }
  static http::Response text(std::string body) {
    return {.content_type = "text/plain; version=0.0.4", .body = std::move(body)};
  }

  std::atomic<double> wait_s_ = 0;
  std::uint16_t port_ = 0;
  std::string accepted_;  // what the last scrape asked for
  std::vector<std::string> failures_;
  http::Response answer_;
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<LiveScraper> scraper_;
};

TEST_F(Scraped, BringsSeriesAsTheyCome) {
  answer_ = text("# TYPE a counter\na{job=\"x\"} 1\nb 2\n");
  const auto first = scrape();
  EXPECT_TRUE(first.result.up);
  EXPECT_EQ(first.values, (std::vector<double>{1, 2}));
  EXPECT_EQ(first.result.samples, 2U);
  const auto series = scraper_->targets()[0].series;
  EXPECT_EQ(series[0].labels.get("job"), "web");
  EXPECT_EQ(series[0].labels.get("exported_job"), "x");
  EXPECT_EQ(series[0].type, model::MetricType::counter);
  answer_ = text("b 3\nc 4\n");
  const auto second = scrape();
  ASSERT_EQ(second.values.size(), 3U);
  EXPECT_TRUE(fake_services::is_absent(second.values[0]));
  EXPECT_EQ(second.values[1], 3);
  EXPECT_EQ(second.values[2], 4);
}

// Each reason once, however often it comes again.
TEST_F(Scraped, SaysWhyItFailed) {
  struct Row {
    http::Response answer;
    std::string_view said;  // in what is told; empty: nothing is
  };
  const std::vector<Row> rows = {
      {text("a 1\n"), ""},
      {text("a 1\nb"), "line 2"},
      {text("a 1\nb"), ""},
      {{.status = 503}, "it was answered 503"},
      {{.content_type = "image/png", .body = "a 1\n"}, "its Content-Type is 'image/png'"},
      {text("a 1\nb"), ""},
      {text(std::string(17 << 20, '#')), "larger than 16777216 bytes"},
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    failures_.clear();
    answer_ = rows[i].answer;
    scrape();
    EXPECT_EQ(failures_.size(), rows[i].said.empty() ? 0U : 1U) << i;
    if (failures_.empty()) continue;
    EXPECT_TRUE(failures_.front().starts_with("web-0: ")) << failures_.front();
    EXPECT_NE(failures_.front().find(rows[i].said), std::string::npos) << failures_.front();
  }
  failures_.clear();
  wait_s_ = 0.3;
  scrape(100ms);
  ASSERT_EQ(failures_.size(), 1U);
  EXPECT_NE(failures_.front().find("no whole answer within 100ms"), std::string::npos) << failures_.front();
}

TEST_F(Scraped, FailAsAWholeForGarbage) {
  for (const char* body : {"<html>", "a 1\nb", "a{b=\"1\n", "\x01\x02"}) {
    answer_ = text(body);
    const auto done = scrape();
    EXPECT_FALSE(done.result.up) << body;
    EXPECT_TRUE(done.values.empty());
  }
  EXPECT_EQ(scraper_->tally(0).failed, 4);
}

TEST_F(Scraped, FailForAnotherStatusOrType) {
  answer_ = text("a 1\n");
  answer_.status = 500;
  EXPECT_FALSE(scrape().result.up);
  answer_.status = 200;
  answer_.content_type = "application/json";
  EXPECT_FALSE(scrape().result.up);
  make(promql::Version::v2);
  EXPECT_TRUE(scrape().result.up);
}

TEST_F(Scraped, FailWhenTheyTakeTooLong) {
  answer_ = text("a 1\n");
  wait_s_ = 1;
  const auto done = scrape(150ms);
  EXPECT_FALSE(done.result.up);
  EXPECT_GE(done.result.duration_s, 0.14);
}

TEST_F(Scraped, FailWhereNobodyListens) {
  server_->stop();
  port_ = 1;
  EXPECT_FALSE(scrape().result.up);
}

TEST_F(Scraped, AreBounded) {
  answer_ = text("a 1\n" + std::string(20 * 1024 * 1024, '#'));
  EXPECT_FALSE(scrape(5000ms).result.up);
}

TEST_F(Scraped, ObeyWhatBefallsThem) {
  answer_ = text("a 1\nb 2\n");
  ASSERT_TRUE(scrape().result.up);
  fake_services::ScrapeConditions conditions;
  conditions.undiscovered = 1;
  scraper_->set_conditions(0, conditions);
  EXPECT_FALSE(scrape().result.discovered);
  conditions = {};
  conditions.hidden.push_back({"a", 1});
  scraper_->set_conditions(0, conditions);
  const auto hidden = scrape();
  EXPECT_TRUE(fake_services::is_absent(hidden.values[0]));
  EXPECT_EQ(hidden.values[1], 2);
}

TEST_F(Scraped, BringWhatIsForged) {
  using fake_services::ForgedMetric;
  ForgedMetric tripled;
  tripled.metric = "a";
  tripled.factor = 3;
  ForgedMetric raised;
  raised.metric = "c";
  raised.set = 7;
  raised.otherwise = 5;
  const auto own = std::make_shared<const ForgedMetric>(tripled);
  const auto made = std::make_shared<const ForgedMetric>(raised);
  scraper_->forge(0, {own.get(), made.get()});
  answer_ = text("a 1\nb 2\n");
  EXPECT_EQ(scrape().values, (std::vector<double>{1, 2, 5}));
  fake_services::ScrapeConditions conditions;
  conditions.forged = {{own, 1}, {made, 1}};
  scraper_->set_conditions(0, conditions);
  EXPECT_EQ(scrape().values, (std::vector<double>{3, 2, 7}));
  EXPECT_EQ(scraper_->tally(0).forged.at(own.get()), 1);
  EXPECT_EQ(scraper_->tally(0).forged.at(made.get()), 1);
  scraper_->set_conditions(0, {});
  answer_ = text("a 1\nb 2\nc 9\n");
  EXPECT_EQ(scrape().values, (std::vector<double>{1, 2, 9}));
}

// Ten seconds of the incident pass in one, and the machine's clock stood at 2,000,000 s when the run's stood at
// 1,000,000.
TEST_F(Scraped, OfAProgramGoByTheTypesThatItSays) {
  struct Case {
    const char* text;
    bool program;
    std::vector<double> values;
  };
  const Case cases[] = {
      {"# TYPE orders counter\norders 3\n# TYPE open_total gauge\nopen_total 4\n", true, {30, 4}},
      {"taken_total 3\nweight 4\n# TYPE told_total untyped\ntold_total{a=\"b\"} 5\n", true, {30, 4, 50}},
      {"# TYPE s summary\ns{quantile=\"0.9\"} 3\ns_sum 4\ns_count 2\n", true, {3, 40, 20}},
      {"# TYPE h histogram\nh_bucket{le=\"+Inf\"} 3\nh_sum 4\nh_count 3\n", true, {30, 40, 30}},
      // What the world declares is of its own processes.
      {"# TYPE http_request_duration_seconds summary\nhttp_request_duration_seconds{quantile=\"0.9\"} 3\n", true, {3}},
      {"# TYPE active_connections counter\nactive_connections 3\n", true, {30}},
      {"# TYPE active_connections gauge\nactive_connections 3\n", false, {3}},
      // Instants are of the machine's clock; what was never has none.
      {"# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds 1999994.5\n", true, {999945}},
      {"# TYPE paid_timestamp_seconds gauge\npaid_timestamp_seconds 0\n", true, {0}},
      {"# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds 999945\n", false, {999945}},
  };
  for (const Case& each : cases) {
    make(promql::Version::v3, each.program);
    answer_ = text(each.text);
    EXPECT_EQ(scrape().values, each.values) << each.text;
  }
}

TEST_F(Scraped, AreOfOpenMetricsWhereTheTargetHasIt) {
  for (const promql::Version version : {promql::Version::v2, promql::Version::v3}) {
    make(version);
    answer_ = {.content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8",
               .body = "# TYPE a counter\na_total 1 # {id=\"x\"} 1\na_created 1.5\n# EOF\n"};
    const auto done = scrape();
    EXPECT_TRUE(done.result.up);
    EXPECT_EQ(done.values, (std::vector<double>{1, 1.5}));
    EXPECT_EQ(scraper_->targets()[0].series[0].type, model::MetricType::counter);
    answer_.body = "a 1\n";
    EXPECT_FALSE(scrape().result.up);
  }
  EXPECT_TRUE(accepted_.starts_with("application/openmetrics-text;version=1.0.0")) << accepted_;
}

}  // namespace
}  // namespace firedrill::driver::live
