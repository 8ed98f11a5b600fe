#include "oncall/schedule/schedule.h"

#include <algorithm>

#include "base/text/format.h"
#include "oncall/roster_lints.h"
#include "oncall/schedule/window.h"
#include "roster_fixture.h"

namespace firedrill::oncall {
namespace {

// ---- every hour of two years, in five zones

struct Place {
  const char* zone;
  const char* from;  // two years from here
};
// Half an hour's change; a day that was jumped over; clocks that go back for a month each year.
constexpr Place kPlaces[] = {{"Europe/London", "2026-01-01T00:00:00Z"},
                             {"America/Chicago", "2026-01-01T00:00:00Z"},
                             {"Australia/Lord_Howe", "2026-01-01T00:00:00Z"},
                             {"Pacific/Apia", "2011-01-01T00:00:00Z"},
                             {"Africa/Casablanca", "2026-01-01T00:00:00Z"}};

constexpr const char* kForms[] = {
    "rotation: weekly\n  handoff: Monday 09:00\n  tiers: [{name: primary, members: [a, b, c]}]",
    "rotation: weekly\n  handoff: Sunday 01:30\n  tiers: [{name: primary, members: [a, b, c]}]",
    R"(rotation: weekly
  turn: 2
  anchor: 2026-02-17
  handoff: Sunday 02:15
  tiers: [{name: primary, members: [a, b]}])",
    "rotation: daily\n  handoff: '02:30'\n  tiers: [{name: primary, members: [a, b, c, d, e]}]",
    "rotation: daily\n  handoff: '00:00'\n  tiers: [{name: primary, members: [a, b]}]",
    R"(rotation: weekly
  handoff: Sunday 02:00
  tiers:
    - name: primary
      members: [a, b, c]
      layers:
        - {name: nights, members: [n, o], rotation: daily, handoff: '22:00', restrictions: [{from: '22:00', to: '02:30'}]}
        - {name: weekend, members: [w], restrictions: [{from: Friday 18:00, to: Monday 01:30}]}
        - {name: lunch, members: [l], zone: America/St_Johns, restrictions: [{from: '12:00', to: '13:00', days: [tue, sunday]}]}
  overrides:
    - {member: a, from: 2026-03-29 00:30, to: 2026-03-29 03:30}
    - {member: w, from: 2026-11-01T06:30:00Z, to: 2026-11-01T07:00:01Z})",
    R"(handoff: Monday 09:00
  tiers:
    - name: primary
      layers:
        - {name: days, members: [a, b], restrictions: [{from: '02:30', to: '14:30'}]}
        - {name: nights, members: [c], restrictions: [{from: '14:30', to: '02:30'}]})",
};

std::string file_of(const char* zone_name, const char* form) {
  return format("schedule:\n  name: team\n  zone: {}\n  {}\n", zone_name, form);
}

// The instants at which the zone's clocks change, to the millisecond.
std::vector<Time> clock_changes(const Zone& zone, Time from, Time to) {
  std::vector<Time> changes;
  for (Time t = from; t < to; t += 1h) {
    if (zone.local(t).offset == zone.local(t + 1h).offset) continue;
    Time before = t, after = t + 1h;
    while (after - before > Duration{1}) {
      const Time middle = before + (after - before) / 2;
      (zone.local(middle).offset == zone.local(t).offset ? before : after) = middle;
    }
    changes.push_back(after);
  }
  return changes;
}

class EveryHour : public testing::TestWithParam<std::tuple<Place, const char*>> {};

TEST_P(EveryHour, HasExactlyOnePrimary) {
  const auto& [place, form] = GetParam();
  const auto roster = roster_of(file_of(place.zone, form));
  const Schedule& schedule = roster->schedules.front();
  const Tier& tier = schedule.tiers.front();
  const Time from = at(place.from);
  const Time to = from + std::chrono::days{730};
  const std::vector<Shift> shifts = tier.shifts(from, to);
  ASSERT_FALSE(shifts.empty());
  EXPECT_LE(shifts.front().from, from);
  EXPECT_GE(shifts.back().to, to);
  for (std::size_t i = 0; i < shifts.size(); ++i) {
    EXPECT_LT(shifts[i].from, shifts[i].to);
    EXPECT_TRUE(shifts[i].has_somebody()) << format_moment(shifts[i].from, schedule.zone);
    if (i > 0) {
      EXPECT_EQ(shifts[i - 1].to, shifts[i].from);
    }
  }

  std::vector<Time> times = clock_changes(schedule.zone, from, to);
  EXPECT_GE(times.size(), 3U);
  for (std::size_t i = 0, changes = times.size(); i < changes; ++i) {
    times.push_back(times[i] - 1s);
    times.push_back(times[i] + 1s);
  }
  for (Time t = from; t < to; t += 1h) times.push_back(t);
  std::ranges::sort(times);
  std::size_t i = 0;
  for (const Time t : times) {
    while (shifts[i].to <= t) ++i;
    ASSERT_LE(shifts[i].from, t);
    // Found by itself, and not by going over the years.
    ASSERT_EQ(tier.on_call(t), shifts[i].member) << format_moment(t, schedule.zone);
  }
  for (std::size_t each = 0; each < shifts.size(); each += 7) {
    EXPECT_EQ(tier.shift_at(shifts[each].from), shifts[each]);
    EXPECT_EQ(tier.shift_at(shifts[each].to - Duration{1}), shifts[each]);
  }
}

INSTANTIATE_TEST_SUITE_P(Zones, EveryHour, testing::Combine(testing::ValuesIn(kPlaces), testing::ValuesIn(kForms)));

// ---- handoffs by the clocks of the zone

// When the zone's clocks first show the time on that day; where they jump over it, as much later as they jump. Looked
// for minute by minute.
Time shown_first(const Zone& zone, Date day, int minute) {
  const Time begin = Time{Duration{day.time_since_epoch()}} - 30h;
  Duration jump{};
  Time jumped{};
  for (Time t = begin; t < begin + 60h; t += 1min) {
    const LocalTime local = zone.local(t);
    const Time shown = t + local.offset;
    const Time wanted{Duration{day.time_since_epoch()} + std::chrono::minutes{minute}};
    if (shown == wanted) return t;
    if (shown > wanted && shown - 1min > wanted - 26h) {
      // The minute before showed an earlier time: it was jumped over.
      jump = (local.offset - zone.local(t - 1min).offset);
      jumped = wanted - zone.local(t - 1min).offset;
      return jumped;
    }
  }
  ADD_FAILURE() << "the clocks never show it";
  return {};
}

TEST(Rotation, ChangesWhenTheClocksShowTheHour) {
  for (const Place& place : kPlaces) {
    for (const int minute : {0, 90, 120, 135, 150, 540}) {
      Rotation rotation{.zone = zone(place.zone), .days_per_turn = 1, .handoff_minute = minute};
      rotation.first = date_at(rotation.zone, at(place.from));
      for (std::int64_t turn = 0; turn < 730; ++turn) {
        ASSERT_EQ(rotation.start_of(turn), shown_first(rotation.zone, rotation.first + std::chrono::days{turn}, minute))
            << place.zone << " turn " << turn << " at minute " << minute;
        ASSERT_LE(rotation.start_of(turn), rotation.start_of(turn + 1));
      }
    }
  }
}

TEST(Rotation, CountsFromTheFirstMondayOf1970) {
  const auto roster = roster_of(kSeedFile);
  const Tier& primary = roster->schedules.front().tiers.front();
  EXPECT_EQ(primary.on_call(at("1970-01-05T09:00:00Z")), "alice");
  EXPECT_EQ(primary.on_call(at("1970-01-05T08:59:59Z")), "charlie");
  EXPECT_EQ(primary.on_call(at("1970-01-12T09:00:00Z")), "bob");
  // 2929 weeks later: 2929 % 3 = 1.
  EXPECT_EQ(primary.on_call(at("2026-02-23T09:00:00Z")), "bob");
}

TEST(Rotation, KeepsTheHourOfTheClockNotOfTheDay) {
  const auto roster = roster_of(file_of("Europe/London", kForms[0]));
  const Tier& tier = roster->schedules.front().tiers.front();
  // The week in which the clocks go forward has 167 hours, that in which they go back 169.
  const Shift spring = tier.shift_at(at("2026-03-28T12:00:00Z"));
  EXPECT_EQ(spring.from, at("2026-03-23T09:00:00Z"));
  EXPECT_EQ(spring.to, at("2026-03-30T08:00:00Z"));
  const Shift autumn = tier.shift_at(at("2026-10-25T12:00:00Z"));
  EXPECT_EQ(autumn.to - autumn.from, 169h);
}

TEST(Rotation, HandsOffInARepeatedHourOnceAndAfterASkippedOne) {
  const auto roster = roster_of(file_of("Europe/London", kForms[1]));
  const Tier& tier = roster->schedules.front().tiers.front();
  EXPECT_EQ(tier.shift_at(at("2026-10-26T00:00:00Z")).from, at("2026-10-25T00:30:00Z"));
  EXPECT_EQ(tier.shift_at(at("2026-03-30T00:00:00Z")).from, at("2026-03-29T01:30:00Z"));
}

TEST(Rotation, HasATurnWithoutLengthOnADayThatWasJumpedOver) {
  const auto roster = roster_of(file_of("Pacific/Apia", kForms[3]));
  const Tier& tier = roster->schedules.front().tiers.front();
  const auto shifts = tier.shifts(at("2011-12-28T00:00:00Z"), at("2012-01-02T00:00:00Z"));
  for (std::size_t i = 1; i < shifts.size(); ++i) {
    EXPECT_EQ(shifts[i].from - shifts[i - 1].from, 24h);
    EXPECT_EQ(shifts[i].turn - shifts[i - 1].turn, shifts[i].from == at("2011-12-30T12:30:00Z") ? 2 : 1);
  }
}

// ---- layers, overrides, gaps

TEST(Tier, PutsOverridesAboveLayersAndLaterLayersAboveEarlierOnes) {
  const auto roster = roster_of(R"(
schedule:
  name: team
  zone: Europe/London
  tiers:
    - name: primary
      members: [alice]
      layers:
        - {name: nights, members: [nora], restrictions: [{from: '22:00', to: '06:00'}]}
        - {name: weekend, members: [wanda], restrictions: [{from: Friday 18:00, to: Monday 09:00}]}
  overrides:
    - {member: alice, from: 2026-07-04 10:00, to: 2026-07-04 12:00}
)");
  const Tier& tier = roster->schedules.front().tiers.front();
  EXPECT_EQ(tier.on_call(at("2026-07-01T12:00:00Z")), "alice");
  EXPECT_EQ(tier.on_call(at("2026-07-01T20:59:59Z")), "alice");
  EXPECT_EQ(tier.on_call(at("2026-07-01T21:00:00Z")), "nora");
  EXPECT_EQ(tier.on_call(at("2026-07-02T04:59:59Z")), "nora");
  EXPECT_EQ(tier.on_call(at("2026-07-03T22:00:00Z")), "wanda");
  const Shift stand_in = tier.shift_at(at("2026-07-04T09:30:00Z"));
  EXPECT_EQ(stand_in.member, "alice");
  EXPECT_EQ(stand_in.by, Shift::By::override);
  EXPECT_EQ(stand_in.from, at("2026-07-04T09:00:00Z"));
  EXPECT_EQ(stand_in.to, at("2026-07-04T11:00:00Z"));
  EXPECT_EQ(tier.shift_at(at("2026-07-05T12:00:00Z")).to, at("2026-07-06T08:00:00Z"));
}

TEST(Tier, HasNobodyWhereNoLayerHolds) {
  const auto roster = roster_of(R"(
schedule:
  name: team
  tiers:
    - name: primary
      layers:
        - {name: office, members: [alice], restrictions: [{from: '09:00', to: '17:00', days: [mon, tue, wed, thu, fri]}]}
)");
  const Tier& tier = roster->schedules.front().tiers.front();
  const Shift gap = tier.shift_at(at("2026-07-04T12:00:00Z"));
  EXPECT_FALSE(gap.has_somebody());
  EXPECT_EQ(gap.by, Shift::By::nobody);
  EXPECT_EQ(gap.from, at("2026-07-03T17:00:00Z"));
  EXPECT_EQ(gap.to, at("2026-07-06T09:00:00Z"));
}

TEST(RosterLints, FindTheWeeksInWhichTwoZonesDoNotMeet) {
  // Midnight in London is 18:00 in Chicago, but for two or three weeks in spring and one in autumn.
  const auto roster = roster_of(R"(
schedule:
  name: follow the sun
  tiers:
    - name: primary
      layers:
        - {name: London, members: [alice], zone: Europe/London, restrictions: [{from: '00:00', to: '17:00'}]}
        - {name: Chicago, members: [bob], zone: America/Chicago, restrictions: [{from: '11:00', to: '18:00'}]}
)");
  const Diagnostics found = lint_roster(*roster);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(
      found[0].what,
      "nobody is on call as primary of follow the sun from Sun 2026-03-08 23:00 UTC to Mon 2026-03-09 00:00 UTC, and "
      "48 times more in 2026 and 2027, 2 d 1 h in all [nobody-on-call]");
}

TEST(RosterLints, AreQuietOnTheSeedsFile) {
  EXPECT_EQ(render(lint_roster(*roster_of(kSeedFile))), "");
}

// ---- civil times

TEST(CivilTime, ReadsDaysAndTimes) {
  EXPECT_EQ(*parse_day_time("Monday 09:00"), (DayTime{1, 540}));
  EXPECT_EQ(*parse_day_time("sun 0:05"), (DayTime{0, 5}));
  EXPECT_EQ(*parse_day_time("24:00"), (DayTime{std::nullopt, 1440}));
  EXPECT_EQ(parse_day_time("Mondag 09:00").error(), "'Mondag' is no day of the week");
  EXPECT_EQ(parse_day_time("Monday").error(), "'Monday' has no time of day");
  EXPECT_EQ(parse_day_time("Monday 9").error(), "'9' is no time of day");
  EXPECT_EQ(parse_day_time("25:00").error(), "'25:00' is no time of day");
  EXPECT_EQ(parse_day_time("09:60").error(), "'09:60' is no time of day");
  EXPECT_FALSE(parse_date("2026-02-29"));
  EXPECT_FALSE(parse_date("26-02-28"));
  EXPECT_EQ(format_date(*parse_date("2024-02-29")), "2024-02-29");
  EXPECT_EQ(parse_moment("2026-07-01 09:00", zone("Europe/London")), at("2026-07-01T08:00:00Z"));
  EXPECT_EQ(parse_moment("2026-07-01T09:00:00+02:00", zone("Europe/London")), at("2026-07-01T07:00:00Z"));
  EXPECT_FALSE(parse_moment("2026-07-01", Zone::utc()));
}

}  // namespace
}  // namespace firedrill::oncall
