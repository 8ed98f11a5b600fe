#include "oncall/calendar/calendar.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <utility>

#include "base/duration.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "oncall/escalation/escalation.h"

namespace firedrill::oncall {
namespace {

// So far ahead somebody is looked for who takes over.
constexpr Duration kLookAhead = std::chrono::days{400};
constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                      "May",       "June",     "July",     "August",
                                                      "September", "October",  "November", "December"};

std::string_view person_or_nobody(const std::string& member) {
  return member.empty() ? std::string_view("nobody") : std::string_view(member);
}

// Columns that a text takes, as far as code points tell.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// Lines of columns, each as wide as its widest text; the last text of a line stands by itself.
class Columns {
 public:
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

  std::string text(std::string_view indent) const {
    std::vector<std::size_t> widths;
    for (const auto& row : rows_) {
      widths.resize(std::max(widths.size(), row.size()));
      for (std::size_t i = 0; i + 1 < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
    }
    std::string out;
    for (const auto& row : rows_) {
      std::string line(indent);
      for (std::size_t i = 0; i < row.size(); ++i) {
        line += row[i];
        if (i + 1 < row.size()) line.append(widths[i] - width_of(row[i]) + 2, ' ');
      }
      line.erase(line.find_last_not_of(' ') + 1);
      out += line + "\n";
    }
    return out;
  }

 private:
  std::vector<std::vector<std::string>> rows_;
};

// When somebody else takes over, and who; nothing if nobody does within reach.
struct Change {
  Time at{};
  std::string member{};
};
std::optional<Change> next_change(const Tier& tier, Time at) {
  const std::string now = tier.on_call(at);
  for (const Shift& shift : tier.shifts(at, at + kLookAhead)) {
    if (shift.member != now) return Change{shift.from, shift.member};
  }
  return std::nullopt;
}

// What becomes of a page that nobody acknowledges.
std::vector<PageEvent> walk_of(const Roster& roster, const Schedule& schedule, Time at) {
  // The roster outlives it.
  Escalation escalation(std::shared_ptr<const Roster>(&roster, [](const Roster*) {}));
  std::vector<PageEvent> events = escalation.start({.id = "page", .schedule = schedule.name, .at = at});
  for (Time due = escalation.next_due(); due < Time::max(); due = escalation.next_due()) {
    for (PageEvent& event : escalation.advance(due)) events.push_back(std::move(event));
  }
  std::erase_if(events, [](const PageEvent& event) { return event.kind == PageEvent::Kind::escalated; });
  return events;
}

std::string walk_text(const Roster& roster, const Schedule& schedule, Time at) {
  Columns columns;
  for (const PageEvent& event : walk_of(roster, schedule, at)) {
    const std::string after = format_duration(event.t - at);
    if (event.kind == PageEvent::Kind::unanswered) {
      columns.add({after, "nobody has acknowledged, and nobody else is paged"});
      continue;
    }
    const std::string tier =
        event.schedule == schedule.name ? event.tier : format("{} of {}", event.tier, event.schedule);
    columns.add({after, printable(tier), printable(person_or_nobody(event.person))});
  }
  return columns.text("    ");
}

json::value or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

std::string targets_text(const ResponseTargets& targets) {
  std::string out;
  for (const auto level :
       {record::SeverityLevel::p0, record::SeverityLevel::p1, record::SeverityLevel::p2, record::SeverityLevel::p3}) {
    out +=
        format("{}{} within {}", out.empty() ? "" : ", ", record::to_string(level), format_duration(targets.of(level)));
  }
  return out;
}

json::object targets_json(const ResponseTargets& targets) {
  json::object out;
  for (const auto level :
       {record::SeverityLevel::p0, record::SeverityLevel::p1, record::SeverityLevel::p2, record::SeverityLevel::p3}) {
    out[std::string(record::to_string(level))] = format_duration(targets.of(level));
  }
  return out;
}

// What becomes of a page that the last tier has not acknowledged.
std::string after_the_last(const Schedule& schedule) {
  const std::string over = schedule.then.empty() ? "nobody else is paged" : format("{} is paged", schedule.then);
  if (schedule.loops == 0) return over;
  return format("again from the first tier, {}, then {}",
                schedule.loops == 1 ? "once" : format("{} times", schedule.loops), over);
}

std::string layers_text(const Tier& tier) {
  std::string out;
  for (const Layer& layer : tier.layers) {
    std::string names;
    for (const std::string& member : layer.members) names += (names.empty() ? "" : ", ") + member;
    if (!out.empty()) out += "; ";
    out += layer.name.empty() ? names : format("{}: {}", layer.name, names);
  }
  return out;
}

}  // namespace

std::optional<Month> parse_month(std::string_view text) {
  const auto first = text.size() == 7 ? parse_date(std::string(text) + "-01") : std::nullopt;
  if (!first) return std::nullopt;
  const std::chrono::year_month_day day{*first};
  return Month{static_cast<int>(day.year()), static_cast<int>(static_cast<unsigned>(day.month()))};
}

MonthSpan span_of(Month month, const Zone& zone) {
  const std::chrono::year_month first{std::chrono::year{month.year},
                                      std::chrono::month(static_cast<unsigned>(month.month))};
  return {instant_of(zone, Date{first / 1}, 0), instant_of(zone, Date{(first + std::chrono::months{1}) / 1}, 0)};
}

std::string describe_roster(const Roster& roster) {
  std::string out;
  for (const Schedule& schedule : roster.schedules) {
    out += format("{} ({})\n", printable(schedule.name), schedule.zone.name());
    Columns columns;
    Duration after{};
    for (const Tier& tier : schedule.tiers) {
      columns.add({format_duration(after), printable(tier.name), printable(layers_text(tier))});
      after += tier.escalation_delay;
    }
    columns.add({format_duration(after), printable(after_the_last(schedule))});
    out += columns.text("  ");
    out += schedule.acknowledge_timeout
               ? format("  an acknowledgement holds for {}\n", format_duration(*schedule.acknowledge_timeout))
               : "  an acknowledgement holds for good\n";
  }
  for (const auto& [receiver, schedule] : roster.receivers) {
    out += printable(format("receiver {} calls {}", receiver, schedule)) + "\n";
  }
  return out + format("to be acknowledged: {}\n", targets_text(roster.targets));
}

json::value roster_json(const Roster& roster) {
  json::array schedules;
  for (const Schedule& schedule : roster.schedules) {
    json::array tiers;
    Duration after{};
    for (const Tier& tier : schedule.tiers) {
      json::array layers;
      for (const Layer& layer : tier.layers) {
        json::array members;
        for (const std::string& member : layer.members) members.emplace_back(member);
        layers.push_back(json::object{{"name", or_null(layer.name)}, {"members", std::move(members)}});
      }
      tiers.push_back(json::object{{"name", tier.name},
                                   {"paged_after", format_duration(after)},
                                   {"escalation_delay", format_duration(tier.escalation_delay)},
                                   {"layers", std::move(layers)}});
      after += tier.escalation_delay;
    }
    const auto& timeout = schedule.acknowledge_timeout;
    schedules.push_back(
        json::object{{"name", schedule.name},
                     {"team", schedule.team},
                     {"zone", schedule.zone.name()},
                     {"tiers", std::move(tiers)},
                     {"loops", schedule.loops},
                     {"acknowledge_timeout", timeout ? json::value(format_duration(*timeout)) : json::value(nullptr)},
                     {"then", or_null(schedule.then)}});
  }
  json::object receivers;
  for (const auto& [receiver, schedule] : roster.receivers) receivers[receiver] = schedule;
  return json::object{{"schedules", std::move(schedules)},
                      {"receivers", std::move(receivers)},
                      {"response_targets", targets_json(roster.targets)}};
}

std::string describe_at(const Roster& roster, Time at) {
  std::string out;
  for (const Schedule& schedule : roster.schedules) {
    out += format("{}, {}\n", printable(schedule.name), format_moment(at, schedule.zone));
    Columns columns;
    for (const Tier& tier : schedule.tiers) {
      const Shift shift = tier.shift_at(at);
      std::vector<std::string> row{printable(tier.name), printable(person_or_nobody(shift.member))};
      if (const auto change = next_change(tier, at)) {
        row.push_back(format("until {}, then {}", format_moment(change->at, schedule.zone),
                             printable(person_or_nobody(change->member))));
      } else {
        row.push_back("");
      }
      if (shift.by == Shift::By::override) row.back() += row.back().empty() ? "stands in" : " (stands in)";
      if (shift.by == Shift::By::layer) {
        row.back() += format("{}(layer {})", row.back().empty() ? "" : " ", printable(shift.layer));
      }
      columns.add(std::move(row));
    }
    out += columns.text("  ") + "  a page now:\n" + walk_text(roster, schedule, at);
  }
  return out;
}

json::value at_json(const Roster& roster, Time at) {
  json::array schedules;
  for (const Schedule& schedule : roster.schedules) {
    json::array tiers;
    for (const Tier& tier : schedule.tiers) {
      const Shift shift = tier.shift_at(at);
      const auto change = next_change(tier, at);
      tiers.push_back(json::object{{"name", tier.name},
                                   {"person", or_null(shift.member)},
                                   {"by", std::string(to_string(shift.by))},
                                   {"layer", or_null(shift.layer)},
                                   {"until", change ? json::value(format_instant(change->at)) : json::value(nullptr)},
                                   {"then", change ? or_null(change->member) : json::value(nullptr)}});
    }
    json::array walk;
    for (const PageEvent& event : walk_of(roster, schedule, at)) {
      walk.push_back(json::object{{"after", format_duration(event.t - at)},
                                  {"what", std::string(to_string(event.kind))},
                                  {"schedule", event.schedule},
                                  {"tier", event.tier},
                                  {"person", or_null(event.person)},
                                  {"loop", event.loop}});
    }
    schedules.push_back(json::object{{"name", schedule.name},
                                     {"zone", schedule.zone.name()},
                                     {"tiers", std::move(tiers)},
                                     {"page", std::move(walk)}});
  }
  return json::object{{"at", format_instant(at)}, {"schedules", std::move(schedules)}};
}

namespace {

// To the second, since lengths are compared: "6 d 23 h 30 m" of a week in which the clocks go forward half an hour.
std::string exact_length(Duration length) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(length).count();
  constexpr std::array<std::pair<std::int64_t, std::string_view>, 4> kUnits = {
      {{86400, "d"}, {3600, "h"}, {60, "m"}, {1, "s"}}};
  std::string out;
  std::int64_t left = seconds;
  for (const auto& [unit, name] : kUnits) {
    if (left >= unit) out += format("{}{} {}", out.empty() ? "" : " ", left / unit, name);
    left %= unit;
  }
  return out.empty() ? "0 s" : out;
}

}  // namespace

std::string describe_month(const Roster& roster, Month month) {
  std::string out;
  for (const Schedule& schedule : roster.schedules) {
    if (!out.empty()) out += "\n";
    out += format("{}, {} {} ({})\n", printable(schedule.name), kMonths[static_cast<std::size_t>(month.month - 1)],
                  month.year, schedule.zone.name());
    const MonthSpan span = span_of(month, schedule.zone);
    for (const Tier& tier : schedule.tiers) {
      out += format("  {}\n", printable(tier.name));
      Columns columns;
      for (const Shift& shift : tier.shifts(span.from, span.to)) {
        std::vector<std::string> row{format_moment(shift.from, schedule.zone),
                                     format("to {}", format_moment(shift.to, schedule.zone)),
                                     exact_length(shift.to - shift.from), printable(person_or_nobody(shift.member))};
        if (shift.by == Shift::By::override) row.push_back("stands in");
        if (shift.by == Shift::By::layer) row.push_back(format("layer {}", printable(shift.layer)));
        columns.add(std::move(row));
      }
      out += columns.text("    ");
    }
  }
  return out;
}

json::value month_json(const Roster& roster, Month month) {
  json::array schedules;
  for (const Schedule& schedule : roster.schedules) {
    const MonthSpan span = span_of(month, schedule.zone);
    json::array tiers;
    for (const Tier& tier : schedule.tiers) {
      json::array shifts;
      for (const Shift& shift : tier.shifts(span.from, span.to)) {
        shifts.push_back(json::object{{"from", format_instant(shift.from)},
                                      {"to", format_instant(shift.to)},
                                      {"person", or_null(shift.member)},
                                      {"by", std::string(to_string(shift.by))},
                                      {"layer", or_null(shift.layer)}});
      }
      tiers.push_back(json::object{{"name", tier.name}, {"shifts", std::move(shifts)}});
    }
    schedules.push_back(
        json::object{{"name", schedule.name}, {"zone", schedule.zone.name()}, {"tiers", std::move(tiers)}});
  }
  return json::object{{"month", format("{:04}-{:02}", month.year, month.month)}, {"schedules", std::move(schedules)}};
}

}  // namespace firedrill::oncall
