// The pieces in which charts draw a run: to its end, wherever it begins.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "record/record.h"
#include "reports/chart/downsample.h"

namespace firedrill::reports {
namespace {

record::Record judged(Duration from, Duration to, std::size_t minutes) {
  record::Record record;
  record.judged_from = Time(from);
  record.judged_to = Time(to);
  record.truth.emplace_back().minutes.resize(minutes);
  return record;
}

TEST(Slices, OfAWindowCoverItAll) {
  // The truth has the one whole minute of the clock that lies within.
  const record::Record record = judged(10h + 30s, 10h + 2min + 30s, 1);
  EXPECT_EQ(slices_of(record).minutes.size(), 1U);
  const Slices window = slices_of_window(record);
  EXPECT_EQ(window.minutes.size(), 2U);
  EXPECT_EQ(window.end(1), record.judged_to);
}

TEST(Slices, HaveALastOneThatIsCutShort) {
  const Slices window = slices_of_window(judged(10h, 10h + 10min + 1s, 10));
  EXPECT_EQ(window.minutes.size(), 11U);
  EXPECT_EQ(slices_of(judged(10h, 10h + 10min + 1s, 0)).minutes.size(), 11U) << "no minutes were kept";
}

TEST(Slices, AreAsWideOfTheTruthAsOfTheWindow) {
  const record::Record record = judged(10h + 30s, 14h + 60s, 240);
  EXPECT_EQ(slices_of(record, 240).width, 2min);
  EXPECT_EQ(slices_of_window(record, 240).width, 2min);
  EXPECT_EQ(slices_of(judged(10h, 14h, 240), 240).width, 1min);
}

}  // namespace
}  // namespace firedrill::reports
