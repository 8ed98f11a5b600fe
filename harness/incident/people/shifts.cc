#include "incident/people/shifts.h"

#include <algorithm>
#include <array>

#include "base/contains.h"
#include "base/zone.h"
#include "events/action.h"

namespace firedrill::incident {
using namespace record;
namespace {

using events::ActionKind;
using events::Event;
using events::EventKind;

constexpr int kNightBegins = 22 * 60;
constexpr int kNightEnds = 7 * 60;

// The zone of the first schedule; UTC, if this machine does not know it.
Zone zone_of(const Record& record) {
  if (record.on_call->schedules.empty()) return Zone::utc();
  return Zone::find(record.on_call->schedules.front().zone).value_or(Zone::utc());
}

bool is_at_night(const Zone& zone, Time t) {
  const int minute = zone.local(t).minute_of_day;
  return minute >= kNightBegins || minute < kNightEnds;
}

// The alerts of a page that were there.
std::vector<const AlertRecord*> alerts_of(const Record& record, const Event& page) {
  const std::vector<std::string> names = split_alerts(page.text("alert"));
  std::vector<const AlertRecord*> found;
  for (const AlertRecord& alert : record.alerts) {
    const bool there =
        alert.firing_at && *alert.firing_at <= page.t && (!alert.resolved_at || *alert.resolved_at >= page.t);
    if (there && contains(names, alert.alert)) found.push_back(&alert);
  }
  return found;
}

bool is_acted_on(const Record& record, const Event& page, const std::vector<const AlertRecord*>& alerts) {
  Time until = page.t;
  for (const AlertRecord* alert : alerts) until = std::max(until, alert->resolved_at.value_or(record.judged_to));
  return std::ranges::any_of(record.timeline,
                             [&](const Event& event) { return acts(event) && page.t <= event.t && event.t <= until; });
}

// The handoff to this person in this tier before the event; nothing: before the run.
std::optional<Time> shift_begin(const Record& record, const Event& event) {
  std::optional<Time> from;
  for (const Event& each : record.timeline) {
    const bool handoff = each.kind == EventKind::oncall_handoff && each.subject == event.subject &&
                         each.text("tier") == event.text("tier");
    if (handoff && each.t <= event.t) from = each.t;
  }
  return from;
}

ShiftRecord& shift_of(const Record& record, const Event& event, std::vector<ShiftRecord>& shifts) {
  const std::optional<Time> from = shift_begin(record, event);
  const auto found = std::ranges::find_if(shifts, [&](const ShiftRecord& each) {
    return each.person == event.subject && each.tier == event.text("tier") && each.from == from;
  });
  if (found != shifts.end()) return *found;
  return shifts.emplace_back(ShiftRecord{.tier = event.text("tier"), .person = event.subject, .from = from});
}

}  // namespace

bool acts(const Event& event) {
  if (event.kind != EventKind::action_taken) return false;
  const auto kind = events::parse_action_kind(event.subject);
  return kind &&
         !contains(std::array{ActionKind::begin_fault, ActionKind::end_fault, ActionKind::silence, ActionKind::declare},
                   *kind);
}

std::optional<std::vector<ShiftRecord>> shifts_of(const Record& record) {
  if (!record.on_call) return std::nullopt;
  std::vector<ShiftRecord> shifts;
  const Zone zone = zone_of(record);
  for (const Event& event : record.timeline) {
    const bool page = event.kind == EventKind::oncall_paged;
    if ((!page && event.kind != EventKind::oncall_acknowledged) || event.t < record.judged_from) continue;
    ShiftRecord& shift = shift_of(record, event, shifts);
    if (!page) {
      ++shift.acknowledged;
      continue;
    }
    const auto alerts = alerts_of(record, event);
    ++shift.pages;
    shift.at_night += is_at_night(zone, event.t) ? 1 : 0;
    shift.of_no_incident +=
        std::ranges::none_of(alerts, [](const AlertRecord* alert) { return !alert->incident.empty(); }) ? 1 : 0;
    shift.not_acted_on += is_acted_on(record, event, alerts) ? 0 : 1;
  }
  return shifts;
}

}  // namespace firedrill::incident
