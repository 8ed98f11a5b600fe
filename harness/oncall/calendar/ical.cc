// A month as iCalendar (RFC 5545): content lines end in CRLF and are folded at 75 octets, never within a character.
#include "base/hash.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "base/text/utf8.h"
#include "oncall/calendar/calendar.h"

namespace firedrill::oncall {
namespace {

constexpr std::size_t kMaxOctets = 75;

bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// A content line, folded: what goes on begins with a blank, which counts.
void add_line(std::string& out, std::string_view line) {
  std::size_t room = kMaxOctets;
  while (line.size() > room) {
    std::size_t at = room;
    while (at > 0 && continues_character(line[at])) --at;
    out += line.substr(0, at);
    out += "\r\n ";
    line.remove_prefix(at);
    room = kMaxOctets - 1;
  }
  out += line;
  out += "\r\n";
}

// A TEXT value. It can hold no control characters; of an input's they become blanks. A folded line may begin anywhere
// in it, and must not be a command to a CI runner there: what one would look for gets a blank into it.
std::string text_value(std::string_view text) {
  const std::string shown = printable(text);
  std::string out;
  std::string_view last;
  for (std::size_t at = 0; at < shown.size();) {
    const std::string_view character = std::string_view(shown).substr(at, utf8_length(shown[at]));
    at += character.size();
    if ((character == ":" || character == "#") && character == last) out += ' ';
    if (character == "\\" || character == ";" || character == ",") out += '\\';
    out += character;
    // Selectors of a glyph count for nothing to a runner.
    if (character < "\uFE00" || character > "\uFE0F") last = character;
  }
  return out;
}

// "20260302T090000Z"
std::string date_time(Time instant) {
  const LocalTime utc = Zone::utc().local(instant);
  const auto second = std::chrono::floor<std::chrono::seconds>(instant.time_since_epoch()).count() % 60;
  return format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", utc.year, utc.month, utc.day, utc.minute_of_day / 60,
                utc.minute_of_day % 60, (second + 60) % 60);
}

void add_event(std::string& out, const Schedule& schedule, const Tier& tier, const Shift& shift) {
  const std::string person = shift.has_somebody() ? shift.member : "nobody";
  const std::string identity =
      format("{}\n{}\n{}\n{}", schedule.name, tier.name, format_instant(shift.from), shift.member);
  add_line(out, "BEGIN:VEVENT");
  add_line(out, format("UID:{}@firedrill", sha256_hex(identity).substr(0, 32)));
  // When it was made is nobody's business: the same file gives the same bytes.
  add_line(out, format("DTSTAMP:{}", date_time(shift.from)));
  add_line(out, format("DTSTART:{}", date_time(shift.from)));
  add_line(out, format("DTEND:{}", date_time(shift.to)));
  add_line(out, format("SUMMARY:{}", text_value(format("{}: {}", tier.name, person))));
  std::string description = format("{}, {} to {}", schedule.name, format_moment(shift.from, schedule.zone),
                                   format_moment(shift.to, schedule.zone));
  if (shift.by == Shift::By::override) description += format(", {} stands in", person);
  if (shift.by == Shift::By::layer) description += format(", layer {}", shift.layer);
  add_line(out, format("DESCRIPTION:{}", text_value(description)));
  add_line(out, "TRANSP:TRANSPARENT");
  add_line(out, "END:VEVENT");
}

}  // namespace

std::string month_ical(const Roster& roster, Month month) {
  std::string out;
  add_line(out, "BEGIN:VCALENDAR");
  add_line(out, "VERSION:2.0");
  add_line(out, "PRODID:-//firedrill//firedrill//EN");
  add_line(out, "CALSCALE:GREGORIAN");
  for (const Schedule& schedule : roster.schedules) {
    const MonthSpan span = span_of(month, schedule.zone);
    for (const Tier& tier : schedule.tiers) {
      for (const Shift& shift : tier.shifts(span.from, span.to)) add_event(out, schedule, tier, shift);
    }
  }
  add_line(out, "END:VCALENDAR");
  return out;
}

}  // namespace firedrill::oncall
