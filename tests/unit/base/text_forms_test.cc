// Durations, instants and numbers: text in, value out, and back.
#include <gtest/gtest.h>

#include "base/duration.h"
#include "base/maths.h"
#include "base/text/numbers.h"
#include "base/time.h"

namespace firedrill {
namespace {

TEST(Duration, ReadsAndWritesPrometheussForm) {
  const std::vector<std::tuple<std::string, std::int64_t, std::string>> cases = {
      {"0", 0, "0s"},
      {"0s", 0, "0s"},
      {"15s", 15'000, "15s"},
      {"1h30m", 5'400'000, "1h30m"},
      {"90m", 5'400'000, "1h30m"},
      {"1d", 86'400'000, "1d"},
      {"43d", 3'715'200'000, "43d"},
      {"14d", 1'209'600'000, "2w"},
      {"1y", 31'536'000'000, "1y"},
      {"324ms", 324, "324ms"},
      {"4s324ms", 4'324, "4s324ms"},
      {"3d12h", 302'400'000, "3d12h"},
  };
  for (const auto& [text, millis, printed] : cases) {
    const auto read = parse_duration(text);
    ASSERT_TRUE(read) << text << ": " << read.error();
    EXPECT_EQ(read->count(), millis) << text;
    EXPECT_EQ(format_duration(*read), printed);
  }
}

TEST(Duration, RefusesWhatPrometheusRefuses) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "empty duration string"},
      {"1", "not a valid duration string: \"1\""},
      {"1.5h", "not a valid duration string: \"1.5h\""},
      {"-1m", "not a valid duration string: \"-1m\""},
      {"30m1h", "not a valid duration string: \"30m1h\""},
      {"1h1h", "not a valid duration string: \"1h1h\""},
      {"5 m", "not a valid duration string: \"5 m\""},
      {"10min", "not a valid duration string: \"10min\""},
      {"294y", "duration out of range"},
      {"99999999999999999999h", "duration out of range"},
  };
  for (const auto& [text, error] : cases) {
    const auto read = parse_duration(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error(), error);
  }
}

TEST(Duration, OfSecondsSaturates) {
  const std::vector<std::pair<double, Duration>> cases = {
      {0, 0ms},
      {1.5, 1500ms},
      {-0.001, -1ms},
      {1e14, Duration(100'000'000'000'000'000)},
      {1e15, Duration(1'000'000'000'000'000'000)},
      {2e15, kFarthest},
      {1e308, kFarthest},
      {-1e308, -kFarthest},
      {maths::infinity(), kFarthest},
      {-maths::infinity(), -kFarthest},
      {maths::nan(), -kFarthest},
  };
  for (const auto& [seconds, expected] : cases) {
    EXPECT_EQ(from_seconds(seconds), expected) << seconds;
    EXPECT_EQ(is_within_reach(seconds), seconds > -1.1e15 && seconds < 1.1e15) << seconds;
  }
  // Some of them may be added up.
  EXPECT_GT(Time(kFarthest) + kFarthest + kFarthest, Time(kFarthest));
}

TEST(Instant, BeyondTheCalendarIsWrittenInSeconds) {
  EXPECT_EQ(format_instant(*parse_instant("0001-01-01T00:00:00Z")), "0001-01-01T00:00:00.000Z");
  EXPECT_EQ(format_instant(*parse_instant("9999-12-31T23:59:59.999Z")), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(format_instant(*parse_instant("9999-12-31T23:59:59.999Z") + 1ms), "253402300800.000");
  EXPECT_EQ(format_instant(Time(kFarthest)), "1152921504606847.000");
  EXPECT_EQ(format_clock(Time(-1ms)), "23:59:59");
}

TEST(Duration, IsDescribedForPeople) {
  EXPECT_EQ(describe_duration(750s), "12 m 30 s");
  EXPECT_EQ(describe_duration(65min), "1 h 5 m");
  EXPECT_EQ(describe_duration(2h), "2 h");
  EXPECT_EQ(describe_duration(250ms), "250 ms");
  EXPECT_EQ(describe_duration(1500ms), "1.5 s");
  EXPECT_EQ(describe_duration(-30s), "−30 s");
  EXPECT_EQ(describe_duration(0s), "0 ms");
}

TEST(Duration, IsRoundedForPeopleAndCutWhereItIsABound) {
  EXPECT_EQ(describe_duration(2min + 30s + 700ms), "2 m 31 s");
  EXPECT_EQ(describe_duration(1h + 29min + 40s), "1 h 30 m");
  EXPECT_EQ(describe_duration(59s + 960ms), "1 m");
  EXPECT_EQ(describe_duration(59min + 59s + 500ms), "1 h");
  EXPECT_EQ(describe_duration(23h + 59min + 40s), "1 d");
  EXPECT_EQ(describe_duration(-(59s + 960ms)), "−1 m");
  EXPECT_EQ(describe_at_least(2min + 30s + 700ms), "2 m 30 s");
  EXPECT_EQ(describe_at_least(59s + 960ms), "59.9 s");
  EXPECT_EQ(describe_at_least(1h + 29min + 40s), "1 h 29 m");
}

TEST(Share, OfLessThanAllIsNotToldAsAll) {
  EXPECT_EQ(describe_ratio(1), "100 %");
  EXPECT_EQ(describe_ratio(0.99961), "99.961 %");
  EXPECT_EQ(describe_ratio(0.999), "99.9 %");
  EXPECT_EQ(describe_share(0.99872), "99.872 %");
  EXPECT_EQ(describe_share(0.999999), "99.9999 %");
  EXPECT_EQ(describe_share(1), "100 %");
}

TEST(Instant, ReadsRfc3339) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"2026-03-03T13:30:00Z", "2026-03-03T13:30:00.000Z"},
      {"2026-03-03T13:30:00.5Z", "2026-03-03T13:30:00.500Z"},
      {"2026-03-03T13:30:00.123456789Z", "2026-03-03T13:30:00.123Z"},
      {"2026-03-03T13:30:00+05:30", "2026-03-03T08:00:00.000Z"},
      {"2024-02-29t00:00:00z", "2024-02-29T00:00:00.000Z"},
      {"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"},
  };
  for (const auto& [text, printed] : cases) {
    const auto read = parse_instant(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(format_instant(*read), printed);
  }
  for (const std::string bad :
       {"", "2026-03-03", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-03-03T24:00:00Z", "2026-03-03T13:30:00",
        "2026-03-03T13:30:00Zx", "2026-03-03T13:30:00.Z", "0000-01-01T00:00:00Z"}) {
    EXPECT_FALSE(parse_instant(bad)) << bad;
  }
}

TEST(Numbers, ARecordHoldsTwelveSignificantDigits) {
  const std::vector<std::pair<double, std::string>> cases = {
      {0.1, "0.1"}, {1.0 / 3, "0.333333333333"}, {1e20, "1e+20"}, {123456789012345.0, "1.23456789012e+14"},
      {-0.0, "0"},  {2.5e-7, "2.5e-07"},         {42, "42"},
  };
  for (const auto& [value, text] : cases) EXPECT_EQ(format_number(value), text);
  EXPECT_EQ(format_number(maths::infinity()), "+Inf");
  EXPECT_EQ(format_number(-maths::infinity()), "-Inf");
  EXPECT_EQ(format_number(maths::nan()), "NaN");
  EXPECT_EQ(round_to_record(1.0 / 3), 0.333333333333);
}

TEST(Numbers, AreWrittenAsGoWritesThem) {
  EXPECT_EQ(format_go_f(1e21), "1000000000000000000000");
  EXPECT_EQ(format_go_f(0.1), "0.1");
  EXPECT_EQ(format_go_f(1e-7), "0.0000001");
  EXPECT_EQ(format_openmetrics(1), "1.0");
  EXPECT_EQ(format_openmetrics(0.005), "0.005");
  EXPECT_EQ(format_openmetrics(maths::infinity()), "+Inf");
  EXPECT_EQ(format_openmetrics(1e21), "1e+21");
  EXPECT_EQ(format_go_g(1e21), "1e+21");
  EXPECT_EQ(format_go_g(1e6), "1e+06");
  EXPECT_EQ(format_go_g(123456), "123456");
  EXPECT_EQ(format_go_g(0.00001), "1e-05");
  EXPECT_EQ(format_go_g(0.0001), "0.0001");
}

TEST(Numbers, AreReadAsGoReadsThem) {
  const std::vector<std::pair<std::string, double>> cases = {
      {"1", 1},
      {"+1.5", 1.5},
      {"-1e3", -1000},
      {".5", 0.5},
      {"5.", 5},
      {"0x1p4", 16},
      {"0x.8p1", 1},
      {"1e400", maths::infinity()},
      {"-1e400", -maths::infinity()},
      {"inf", maths::infinity()},
      {"-Infinity", -maths::infinity()},
      {"1e-400", 0},
  };
  for (const auto& [text, value] : cases) {
    ASSERT_TRUE(parse_float(text)) << text;
    EXPECT_EQ(*parse_float(text), value) << text;
  }
  EXPECT_TRUE(maths::is_nan(*parse_float("NaN")));
  for (const std::string bad : {"", "+", "1x", "--1", "+-1", "0x10", "1_000", "e5", "+nan", "infx", " 1"}) {
    EXPECT_FALSE(parse_float(bad)) << bad;
  }
}

TEST(Numbers, TheStaleMarkerIsOneBitPattern) {
  EXPECT_TRUE(is_stale(stale_marker()));
  EXPECT_FALSE(is_stale(maths::nan()));
  EXPECT_TRUE(maths::is_nan(stale_marker()));
}

}  // namespace
}  // namespace firedrill
