// What targets expose, read as strictly as Prometheus reads it.
#include <gtest/gtest.h>

#include <limits>

#include "monitor/scrape/series_text.h"
#include "monitor/scrape/text_format.h"

namespace firedrill::monitor {
namespace {

using model::MetricType;

TEST(TextFormat, IsReadWithTypesAndLabels) {
  const std::string text =
      "# HELP a_total Anything \\n goes.\n"
      "# TYPE a_total counter\n"
      "a_total{x=\"1\",y=\"a\\\"b\\\\c\\nd\",} 3\n"
      "\n"
      "# TYPE d histogram\n"
      "d_bucket{le=\"0.5\"} 1 1700000000000\n"
      "d_sum 0.25\n"
      "d_count 1\n"
      "plain NaN\n"
      "\tplain2\t+Inf\n";
  const auto samples = read_exposition(text);
  ASSERT_TRUE(samples) << samples.error();
  ASSERT_EQ(samples->size(), 6U);
  EXPECT_EQ((*samples)[0].type, MetricType::counter);
  EXPECT_EQ((*samples)[0].value, 3);
  const model::Labels labels = labels_of((*samples)[0].series);
  EXPECT_EQ(labels.get("__name__"), "a_total");
  EXPECT_EQ(labels.get("x"), "1");
  EXPECT_EQ(labels.get("y"), "a\"b\\c\nd");
  EXPECT_EQ((*samples)[1].type, MetricType::histogram);
  EXPECT_EQ((*samples)[2].type, MetricType::histogram);
  EXPECT_EQ((*samples)[3].type, MetricType::histogram);
  EXPECT_EQ((*samples)[4].type, MetricType::unknown);
  EXPECT_EQ((*samples)[5].value, std::numeric_limits<double>::infinity());
  EXPECT_EQ(labels_of((*samples)[5].series).get("__name__"), "plain2");
}

TEST(TextFormat, RefusesTheWholeForOneBadLine) {
  for (const char* text : {"<html>\n", "a\n", "a b\n", "1a 2\n", "a{x=\"1\" 2\n", "a{x=1} 2\n", "a{x=\"1\"y=\"2\"} 2\n",
                           "a{=\"1\"} 2\n", "a{x=\"1\",x=\"2\"} 2\n", "a{x=\"\xff\"} 1\n", "a 1 2 3\n", "a 1 x\n",
                           "# TYPE a\n", "# TYPE a thing\n", "a 1", "a{x=\"1\n", "a-b 1\n"}) {
    EXPECT_FALSE(read_exposition(text)) << text;
    EXPECT_FALSE(read_exposition(std::string("fine 1\n") + text)) << text;
  }
  EXPECT_EQ(read_exposition("a 1\nb\n").error().substr(0, 7), "line 2:");
}

TEST(TextFormat, OfNothingIsNothing) {
  ASSERT_TRUE(read_exposition(""));
  EXPECT_TRUE(read_exposition("# anything\n#\n")->empty());
}

}  // namespace
}  // namespace firedrill::monitor
