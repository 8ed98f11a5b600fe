#include "base/zone.h"

#include <gtest/gtest.h>

namespace firedrill {
namespace {

Time at(const char* text) {
  return *parse_instant(text);
}

Zone zone(const char* name) {
  const auto found = Zone::find(name);
  EXPECT_TRUE(found) << found.error();
  return found.value_or(Zone::utc());
}

TEST(Zone, TellsLocalTimeAcrossAClockChange) {
  const LocalTime winter = zone("Europe/London").local(at("2026-03-29T00:59:59Z"));
  EXPECT_EQ(winter.minute_of_day, 59);
  EXPECT_EQ(winter.abbreviation, "GMT");
  const LocalTime summer = zone("Europe/London").local(at("2026-03-29T01:00:00Z"));
  EXPECT_EQ(summer.minute_of_day, 120);
  EXPECT_EQ(summer.offset, 1h);
  EXPECT_EQ(summer.weekday, 0);
}

TEST(Zone, KnowsChangesOfHalfAnHour) {
  // Lord Howe: from +11:00 to +10:30 on the first Sunday of April.
  EXPECT_EQ(zone("Australia/Lord_Howe").local(at("2026-04-04T14:59:00Z")).minute_of_day, 119);
  EXPECT_EQ(zone("Australia/Lord_Howe").local(at("2026-04-04T15:00:00Z")).minute_of_day, 90);
}

TEST(Zone, GivesTheFirstOfTwoInstantsAndJumpsOverWhatIsNot) {
  EXPECT_EQ(zone("Europe/London").instant(2026, 10, 25, 90), at("2026-10-25T00:30:00Z"));
  EXPECT_EQ(zone("Europe/London").instant(2026, 3, 29, 90), at("2026-03-29T01:30:00Z"));
  EXPECT_EQ(Zone::utc().instant(1969, 12, 31, 60), at("1969-12-31T01:00:00Z"));
}

TEST(Zone, RefusesWhatIsNoZone) {
  EXPECT_EQ(Zone::find("Europe/Londn").error(), "there is no time zone 'Europe/Londn'");
  EXPECT_FALSE(Zone::find("../../etc/passwd"));
  EXPECT_FALSE(Zone::find("/etc/localtime"));
  EXPECT_EQ(Zone::find("")->name(), "UTC");
}

TEST(Zone, CountsTheDaysOfAMonth) {
  EXPECT_EQ(days_in_month(2024, 2), 29);
  EXPECT_EQ(days_in_month(1900, 2), 28);
  EXPECT_EQ(days_in_month(2000, 2), 29);
  EXPECT_EQ(days_in_month(2026, 12), 31);
}

}  // namespace
}  // namespace firedrill
