// Scrapes over HTTP, of targets that are well and of such that are not.
#include <gtest/gtest.h>

#include <atomic>

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
      sleep_seconds(wait_s_);
      return answer_;
    });
    EXPECT_TRUE(server_->listen());
    make(promql::Version::v3);
  }
  void make(promql::Version version) {
    fake_services::Target target;
    target.instance = target.pod = "web-0";
    target.labels.set("job", "web");
    scraper_ = std::make_unique<LiveScraper>(
        std::vector{target},
        LiveScraper::Options{.seed = 1,
                             .version = version,
                             .now = [] { return Time{}; },
                             .port = [this](const auto&) { return port_ ? port_ : server_->port(); }});
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

}  // namespace
}  // namespace firedrill::driver::live
