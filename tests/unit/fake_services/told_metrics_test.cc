// The scenario's own metrics on their way to a process.
#include <gtest/gtest.h>

#include "fake_services/process/told_metrics.h"

namespace firedrill::fake_services {
namespace {

using model::MetricType;

TEST(ToldMetrics, AreThoseOfTheServiceThatItMeasures) {
  std::vector<MetricSpec> metrics(3);
  metrics[0] = {.name = "answers", .service = "web", .type = MetricType::counter, .signal = "requests"};
  metrics[0].labels = {{"status", "code"}, {"team", "=shop"}};
  metrics[1] = {.name = "seconds_bucket", .service = "db", .type = MetricType::histogram, .signal = "duration"};
  metrics[2] = {.name = "rows", .service = "web", .value = ValueSpec{.baseline = 4}};
  metrics[0].window = 30s;
  metrics[0].buckets = {0.5, 1};
  const auto told = read_own_metrics(own_metrics_json(metrics, "web"));
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].name, "answers");
  EXPECT_EQ(told[0].type, MetricType::counter);
  EXPECT_EQ(told[0].signal, "requests");
  EXPECT_EQ(told[0].labels, metrics[0].labels);
  EXPECT_EQ(told[0].buckets, metrics[0].buckets);
  EXPECT_EQ(told[0].window, 30s);
}

}  // namespace
}  // namespace firedrill::fake_services
