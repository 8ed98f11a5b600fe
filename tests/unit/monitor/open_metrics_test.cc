// What targets expose as OpenMetrics, read as strictly as Prometheus reads it; and which format an answer is taken for.
#include "monitor/scrape/open_metrics.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "monitor/scrape/formats.h"
#include "monitor/scrape/series_text.h"

namespace firedrill::monitor {
namespace {

using model::MetricType;
using promql::Version;

TEST(OpenMetrics, TypesAreOfFamilies) {
  const std::string text =
      "# HELP orders Taken.\n"
      "# TYPE orders counter\n"
      "orders_total{route=\"/a\",why=\"x\\\"y\"} 3 1700000000.5\n"
      "orders_created{route=\"/a\",why=\"x\\\"y\"} 1.7e9\n"
      "# TYPE wait_seconds histogram\n"
      "# UNIT wait_seconds seconds\n"
      "wait_seconds_bucket{le=\"0.5\"} 1 # {trace_id=\"a b\"} 0.4 1700000000\n"
      "wait_seconds_bucket{le=\"+Inf\"} 2 # {} 7\n"
      "wait_seconds_sum 7.4\n"
      "wait_seconds_count 2\n"
      "# TYPE size summary\n"
      "size{quantile=\"0.9\"} 4\n"
      "size_sum 9\n"
      "# TYPE open_total gauge\n"
      "open_total 5\n"
      "# TYPE build info\n"
      "build_info{version=\"1\"} 1\n"
      "# TYPE waiting gaugehistogram\n"
      "waiting_bucket{le=\"1\"} 1\n"
      "# TYPE any unknown\n"
      "any 1\n"
      "untold 2\n"
      "# EOF\n";
  const std::pair<const char*, MetricType> expected[] = {{"orders_total", MetricType::counter},
                                                         {"orders_created", MetricType::gauge},
                                                         {"wait_seconds_bucket", MetricType::histogram},
                                                         {"wait_seconds_bucket", MetricType::histogram},
                                                         {"wait_seconds_sum", MetricType::histogram},
                                                         {"wait_seconds_count", MetricType::histogram},
                                                         {"size", MetricType::summary},
                                                         {"size_sum", MetricType::summary},
                                                         {"open_total", MetricType::gauge},
                                                         {"build_info", MetricType::gauge},
                                                         {"waiting_bucket", MetricType::gauge},
                                                         {"any", MetricType::unknown},
                                                         {"untold", MetricType::unknown}};
  for (const std::string& each : {text, text.substr(0, text.size() - 1)}) {
    const auto samples = read_open_metrics(each);
    ASSERT_TRUE(samples) << samples.error();
    ASSERT_EQ(samples->size(), std::size(expected));
    for (std::size_t i = 0; i < samples->size(); ++i) {
      EXPECT_EQ(labels_of((*samples)[i].series).metric_name(), expected[i].first);
      EXPECT_EQ((*samples)[i].type, expected[i].second) << expected[i].first;
    }
    EXPECT_EQ(samples->front().value, 3);
    EXPECT_EQ(labels_of(samples->front().series).get("why"), "x\"y");
  }
}

// What Prometheus 3.5 and 2.42 refuse.
TEST(OpenMetrics, RefuseTheWholeForOneBadLine) {
  for (const char* text : {"",
                           "a 1\n",
                           "a 1\n# EOF\nb 2\n",
                           "a 1\n\n# EOF\n",
                           "a  1\n# EOF\n",
                           " a 1\n# EOF\n",
                           "a\t1\n# EOF\n",
                           "a 1 \n# EOF\n",
                           "a{x=\"1\", y=\"2\"} 1\n# EOF\n",
                           "# anything\na 1\n# EOF\n",
                           "#EOF\n",
                           "# EOF \n",
                           "# TYPE a thing\na 1\n# EOF\n",
                           "# TYPE a\na 1\n# EOF\n",
                           "# UNIT a seconds\n# EOF\n",
                           "a 1 x\n# EOF\n",
                           "a 1 NaN\n# EOF\n",
                           "a 1 # x\n# EOF\n",
                           "a 1 2 3\n# EOF\n",
                           "a{x=\"1\",x=\"2\"} 1\n# EOF\n"}) {
    EXPECT_FALSE(read_open_metrics(text)) << text;
  }
  EXPECT_EQ(read_open_metrics("a 1\nb\n# EOF\n").error(), "line 2: no value");
  EXPECT_EQ(read_open_metrics("a 1\n").error(), "it does not end with # EOF");
}

TEST(ContentType, SaysWhichFormatItIs) {
  struct Case {
    std::optional<std::string> type;
    std::optional<Format> of_3;
    std::optional<Format> of_2;
  };
  const Case cases[] = {
      {"text/plain", Format::text, Format::text},
      {"text/plain; version=0.0.4; charset=utf-8", Format::text, Format::text},
      {"application/openmetrics-text; version=1.0.0; charset=utf-8", Format::open_metrics, Format::open_metrics},
      {"text/html", std::nullopt, Format::text},
      {"", std::nullopt, Format::text},
      {std::nullopt, std::nullopt, Format::text},
  };
  for (const Case& each : cases) {
    const std::string* type = each.type ? &*each.type : nullptr;
    EXPECT_EQ(format_of(type, Version::v3), each.of_3) << each.type.value_or("none");
    EXPECT_EQ(format_of(type, Version::v2), each.of_2) << each.type.value_or("none");
  }
}

}  // namespace
}  // namespace firedrill::monitor
