// Who is on call, for people and for programs: at an instant, with what a page would come to then, and over a month.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/text/json.h"
#include "oncall/roster.h"

namespace firedrill::oncall {

struct Month {
  int year = 1970;
  int month = 1;
};
// "2026-03"; nothing if it is none.
std::optional<Month> parse_month(std::string_view text);

// The schedules, their tiers and what they say of escalation; nothing of when.
std::string describe_roster(const Roster& roster);
json::value roster_json(const Roster& roster);

// Who is on call, until when, and whom a page at the instant calls if nobody acknowledges it.
std::string describe_at(const Roster& roster, Time at);
json::value at_json(const Roster& roster, Time at);

// Every shift that has a part in the month, by the clocks of each schedule's zone; whole ones at both ends.
std::string describe_month(const Roster& roster, Month month);
json::value month_json(const Roster& roster, Month month);
// The same as iCalendar (RFC 5545): an event for each shift, in UTC. A shift has the same UID in every month that shows
// it.
std::string month_ical(const Roster& roster, Month month);

// The instants between which a month lies in the zone.
struct MonthSpan {
  Time from{};
  Time to{};
};
MonthSpan span_of(Month month, const Zone& zone);

}  // namespace firedrill::oncall
