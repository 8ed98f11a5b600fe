// Recordings as targets: when each sample is shown, and when none is.
#include "fake_services/telemetry/recorded_targets.h"

#include <gtest/gtest.h>

namespace firedrill::fake_services {
namespace {

TEST(RecordedTargets, ShowTheLastSampleUntilItIsOld) {
  Recording recording{.name = "recorded.om", .series = {}, .step = 30s};
  model::Labels labels;
  labels.set(model::kMetricName, "queue_depth");
  recording.series.push_back({{labels, model::MetricType::gauge}, {0, 30'000, 90'000}, {4, 5, 7}});
  const Replay replay{std::make_shared<const Recording>(std::move(recording)), Duration(5min)};
  const Time start = *parse_instant("2026-03-03T13:30:00Z");
  RecordedTargets targets(std::span(&replay, 1), start, start + 10min, 1);
  ASSERT_EQ(targets.targets().size(), 1u);
  EXPECT_EQ(targets.targets().front().labels.get("job"), kRecordedJob);
  const Time begin = start + 15min;
  std::vector<double> values;
  const auto at = [&](Duration since) {
    EXPECT_TRUE(targets.scrape(0, begin + since, values).up);
    return values.at(0);
  };
  EXPECT_TRUE(is_absent(at(-1s)));
  EXPECT_EQ(at(0s), 4);
  EXPECT_EQ(at(29s), 4);
  EXPECT_EQ(at(31s), 5);
  EXPECT_TRUE(is_absent(at(60s)));  // one is missing, from when it was due
  EXPECT_TRUE(is_absent(at(70s)));
  EXPECT_EQ(at(91s), 7);
  EXPECT_TRUE(is_absent(at(10min)));
}

}  // namespace
}  // namespace firedrill::fake_services
