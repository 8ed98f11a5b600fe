#include "notify/timeinterval/time_interval.h"

#include <gtest/gtest.h>

namespace firedrill::notify {
namespace {

bool holds(const TimeInterval& interval, const char* instant) {
  return interval.contains(*parse_instant(instant));
}

std::vector<IntegerRange> ranges(std::vector<IntegerRange> given) {
  return given;
}
std::vector<TimeOfDayRange> times(std::vector<TimeOfDayRange> given) {
  return given;
}

Zone zone(const char* name) {
  return Zone::find(name).value_or(Zone::utc());
}

TEST(TimeInterval, HoldsAlwaysWhereNothingIsGivenAndNeverByAnEmptyList) {
  EXPECT_TRUE(holds({}, "2026-01-01T00:00:00Z"));
  TimeInterval never;
  never.weekdays.emplace();
  EXPECT_FALSE(holds(never, "2026-01-01T00:00:00Z"));
}

TEST(TimeInterval, HasItsFirstMinuteAndNotItsLast) {
  TimeInterval office{.times = times({{9 * 60, 17 * 60}}), .weekdays = ranges({{1, 5}})};
  EXPECT_FALSE(holds(office, "2026-03-03T08:59:59Z"));
  EXPECT_TRUE(holds(office, "2026-03-03T09:00:00Z"));
  EXPECT_TRUE(holds(office, "2026-03-03T16:59:59Z"));
  EXPECT_FALSE(holds(office, "2026-03-03T17:00:00Z"));
  EXPECT_FALSE(holds(office, "2026-03-01T12:00:00Z"));  // a Sunday
}

TEST(TimeInterval, FollowsTheClocksOfItsZone) {
  TimeInterval night{.times = times({{60, 120}}), .zone = zone("Europe/London")};
  // On the day on which clocks go forward there is no minute from 01:00 to 02:00.
  EXPECT_FALSE(holds(night, "2026-03-29T00:59:59Z"));
  EXPECT_FALSE(holds(night, "2026-03-29T01:00:00Z"));
  // On the day on which they go back there are two.
  EXPECT_TRUE(holds(night, "2026-10-25T00:30:00Z"));
  EXPECT_TRUE(holds(night, "2026-10-25T01:30:00Z"));
  EXPECT_FALSE(holds(night, "2026-10-25T02:00:00Z"));
}

TEST(TimeInterval, FollowsHalfAnHourOnLordHowe) {
  TimeInterval night{.times = times({{100, 115}}), .zone = zone("Australia/Lord_Howe")};
  EXPECT_TRUE(holds(night, "2026-04-04T14:45:00Z"));   // 01:45 at +11:00
  EXPECT_TRUE(holds(night, "2026-04-04T15:15:00Z"));   // 01:45 again, at +10:30
  EXPECT_FALSE(holds(night, "2026-04-04T15:30:00Z"));  // 02:00
}

TEST(TimeInterval, CountsDaysFromTheEndOfTheMonth) {
  TimeInterval last{.days_of_month = ranges({{-1, -1}})};
  EXPECT_TRUE(holds(last, "2026-02-28T12:00:00Z"));
  EXPECT_FALSE(holds(last, "2024-02-28T12:00:00Z"));
  EXPECT_TRUE(holds(last, "2024-02-29T12:00:00Z"));
  EXPECT_TRUE(holds(last, "2026-04-30T12:00:00Z"));
  TimeInterval week{.days_of_month = ranges({{-7, -1}})};
  EXPECT_FALSE(holds(week, "2026-04-23T12:00:00Z"));
  EXPECT_TRUE(holds(week, "2026-04-24T12:00:00Z"));
}

TEST(TimeInterval, CutsARangeToTheMonthAndSkipsOneThatBeginsBehindIt) {
  TimeInterval end{.days_of_month = ranges({{30, 31}})};
  EXPECT_FALSE(holds(end, "2026-02-28T12:00:00Z"));
  EXPECT_TRUE(holds(end, "2026-04-30T12:00:00Z"));
  TimeInterval spans{.days_of_month = ranges({{5, -5}})};
  EXPECT_TRUE(holds(spans, "2026-02-24T12:00:00Z"));
  EXPECT_FALSE(holds(spans, "2026-02-25T12:00:00Z"));
}

TEST(TimeInterval, LosesTheLastDayOfAMonthInWhichClocksGoForward) {
  // As Alertmanager counts: 743 hours of March in London are 30 whole days.
  EXPECT_EQ(counted_days(zone("Europe/London"), 2026, 3), 30);
  EXPECT_EQ(counted_days(zone("Europe/London"), 2026, 10), 31);
  EXPECT_EQ(counted_days(zone("Australia/Lord_Howe"), 2026, 10), 30);
  EXPECT_EQ(counted_days(Zone::utc(), 2026, 12), 31);
  TimeInterval last{.days_of_month = ranges({{-1, -1}}), .zone = zone("Europe/London")};
  EXPECT_TRUE(holds(last, "2026-03-30T12:00:00Z"));
  EXPECT_FALSE(holds(last, "2026-03-31T12:00:00Z"));
}

TEST(TimeInterval, WantsMonthsAndYearsToo) {
  TimeInterval spring{.months = ranges({{3, 5}, {12, 12}}), .years = ranges({{2026, 2027}})};
  EXPECT_TRUE(holds(spring, "2026-03-01T00:00:00Z"));
  EXPECT_TRUE(holds(spring, "2027-12-31T23:59:59Z"));
  EXPECT_FALSE(holds(spring, "2026-06-01T00:00:00Z"));
  EXPECT_FALSE(holds(spring, "2028-03-01T00:00:00Z"));
}

TEST(TimeInterval, IsNamedForAnyOfItsItems) {
  const NamedTimeInterval named{
      .name = "either", .where = {}, .intervals = {{.weekdays = ranges({{1, 1}})}, {.months = ranges({{1, 1}})}}};
  EXPECT_TRUE(named.contains(*parse_instant("2026-03-02T00:00:00Z")));  // a Monday
  EXPECT_TRUE(named.contains(*parse_instant("2026-01-01T00:00:00Z")));
  EXPECT_FALSE(named.contains(*parse_instant("2026-03-03T00:00:00Z")));
}

// Nothing changes before it, and no change is stepped over: minute by minute, over the days on which clocks change.
TEST(TimeInterval, KnowsWhenItMayChange) {
  for (const char* name : {"UTC", "Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo"}) {
    NamedTimeInterval named;
    named.intervals = {{.times = times({{0, 15}, {60, 120}, {100, 130}, {1380, 1440}}), .zone = zone(name)},
                       {.weekdays = ranges({{0, 0}}), .zone = zone(name)},
                       {.times = times({{105, 106}}), .days_of_month = ranges({{-1, -1}}), .zone = zone(name)}};
    for (const char* day : {"2026-03-28T00:00:30Z", "2026-10-24T12:00:00Z", "2026-04-03T22:10:00Z"}) {
      const Time begin = *parse_instant(day);
      Time next = named.next_change(begin);
      int changes = 0;
      for (Time at = begin + 1min; at < begin + 72h; at += 1min) {
        at = std::chrono::floor<std::chrono::minutes>(at);
        ASSERT_GT(next, begin);
        if (at == next) {
          next = named.next_change(at);
          ASSERT_GT(next, at);
          ++changes;
          continue;
        }
        ASSERT_LT(at, next);
        ASSERT_EQ(named.contains(at), named.contains(at - 1min)) << name << " " << format_instant(at);
      }
      EXPECT_LT(changes, 100);
    }
  }
  EXPECT_EQ(NamedTimeInterval().next_change(*parse_instant("2026-03-28T00:00:00Z")), Time::max());
}

}  // namespace
}  // namespace firedrill::notify
