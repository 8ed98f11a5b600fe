#include "oncall/calendar/calendar.h"

#include <set>

#include "roster_fixture.h"

namespace firedrill::oncall {
namespace {

// The content lines of a calendar, unfolded; that each is folded rightly is checked on the way.
std::vector<std::string> unfolded(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = text.find("\r\n", at);
    EXPECT_NE(end, std::string::npos) << "a line without its end";
    if (end == std::string::npos) break;
    const std::string line = text.substr(at, end - at);
    EXPECT_LE(line.size(), 75U) << line;
    EXPECT_EQ(line.find_first_of("\r\n"), std::string::npos);
    if (line.starts_with(' ')) {
      EXPECT_NE(static_cast<unsigned char>(line[1]) & 0xC0U, 0x80U) << "folded within a character";
      lines.back() += line.substr(1);
    } else {
      lines.push_back(line);
    }
    at = end + 2;
  }
  return lines;
}

std::vector<std::string> values_of(const std::vector<std::string>& lines, const std::string& name) {
  std::vector<std::string> values;
  for (const std::string& line : lines) {
    if (line.starts_with(name + ":")) values.push_back(line.substr(name.size() + 1));
  }
  return values;
}

TEST(Ical, HasAnEventForEachShiftOfTheMonth) {
  const auto roster = roster_of(kSeedFile);
  const auto lines = unfolded(month_ical(*roster, {2026, 3}));
  EXPECT_EQ(lines.front(), "BEGIN:VCALENDAR");
  EXPECT_EQ(lines[1], "VERSION:2.0");
  EXPECT_EQ(lines.back(), "END:VCALENDAR");
  const auto summaries = values_of(lines, "SUMMARY");
  EXPECT_EQ(summaries.size(), 18U);  // six weeks that have a part in March, three tiers
  EXPECT_EQ(summaries.front(), "primary: bob");
  EXPECT_EQ(values_of(lines, "DTSTART").front(), "20260223T090000Z");
  EXPECT_EQ(values_of(lines, "DTEND").front(), "20260302T090000Z");
  EXPECT_EQ(values_of(lines, "DTSTAMP").size(), 18U);
  const auto uids = values_of(lines, "UID");
  EXPECT_EQ(std::set<std::string>(uids.begin(), uids.end()).size(), 18U);
  // The shift over the month's end is the same event in both.
  const auto april = values_of(unfolded(month_ical(*roster, {2026, 4})), "UID");
  EXPECT_EQ(april.front(), uids[5]);
  EXPECT_EQ(month_ical(*roster, {2026, 3}), month_ical(*roster, {2026, 3}));
}

TEST(Ical, EscapesAndFoldsNames) {
  const auto roster = roster_of(R"(
schedule:
  name: "Zahlung, Überweisung; Kasse\\Konto\nund ein sehr langer Name, der über den Rand der Zeile hinausgeht, läuft 漢字漢字漢字漢字漢字"
  tiers: [{name: primary, members: ["Ömer; Änne, \tZoë"]}]
)");
  const auto lines = unfolded(month_ical(*roster, {2026, 2}));
  EXPECT_EQ(values_of(lines, "SUMMARY").front(), "primary: Ömer\\; Änne\\,  Zoë");
  EXPECT_TRUE(values_of(lines, "DESCRIPTION")
                  .front()
                  .starts_with("Zahlung\\, Überweisung\\; Kasse\\\\Konto und ein sehr langer Name\\, der"));
}

TEST(Ical, CommandsNoRunner) {
  for (std::size_t length = 0; length < 80; ++length) {
    const auto roster = roster_of(
        "schedule: {name: '" + std::string(length, 'x') +
        "::error::a ##vso[b', tiers: [{name: primary, members: ['::error::c', \":\uFE0F:error::d #\uFE0F#[e\"]}]}");
    const std::string text = month_ical(*roster, {2026, 2});
    EXPECT_EQ(text.find("\n::"), std::string::npos);
    EXPECT_EQ(text.find(" ::"), std::string::npos);
    EXPECT_EQ(text.find("##"), std::string::npos);
    EXPECT_EQ(text.find(":\uFE0F:"), std::string::npos);
    EXPECT_EQ(text.find("#\uFE0F#"), std::string::npos);
  }
}

// Clocks go back by half an hour there, and a week is longer by as much.
TEST(Month, SaysHowLongAShiftIsToTheMinute) {
  const auto roster =
      roster_of("schedule: {name: Reef, zone: Australia/Lord_Howe, tiers: [{name: primary, members: [ann, ben]}]}");
  EXPECT_NE(describe_month(*roster, {2026, 4}).find("7 d 30 m"), std::string::npos)
      << describe_month(*roster, {2026, 4});
  EXPECT_NE(describe_month(*roster, {2026, 10}).find("6 d 23 h 30 m"), std::string::npos)
      << describe_month(*roster, {2026, 10});
}

TEST(Month, LiesBetweenMidnightsOfTheZone) {
  const MonthSpan march = span_of({2026, 3}, zone("Europe/London"));
  EXPECT_EQ(march.from, at("2026-03-01T00:00:00Z"));
  EXPECT_EQ(march.to, at("2026-03-31T23:00:00Z"));
  EXPECT_EQ(span_of({2026, 12}, Zone::utc()).to, at("2027-01-01T00:00:00Z"));
  EXPECT_FALSE(parse_month("2026-13"));
  EXPECT_FALSE(parse_month("2026-3"));
  EXPECT_EQ(parse_month("2026-03")->month, 3);
}

}  // namespace
}  // namespace firedrill::oncall
