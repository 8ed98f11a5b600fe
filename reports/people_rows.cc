#include "reports/people_rows.h"

#include <algorithm>

#include "base/contains.h"
#include "base/text/format.h"
#include "base/zone.h"
#include "record/clock.h"

namespace firedrill::reports {
namespace {

using events::Event;
using events::EventKind;
using record::Record;

constexpr int kNightBegins = 22 * 60;
constexpr int kNightEnds = 7 * 60;

// The zone of the first schedule; UTC, if this machine does not know it.
Zone zone_of(const Record& record) {
  if (!record.on_call || record.on_call->schedules.empty()) return Zone::utc();
  return Zone::find(record.on_call->schedules.front().zone).value_or(Zone::utc());
}

bool is_at_night(const Zone& zone, Time t) {
  const int minute = zone.local(t).minute_of_day;
  return minute >= kNightBegins || minute < kNightEnds;
}

// None of the alerts that it was for and that were there belongs to an incident.
bool is_of_no_incident(const Record& record, const Event& page) {
  const std::vector<std::string> names = record::split_alerts(page.text("alert"));
  return std::ranges::none_of(record.alerts, [&](const record::AlertRecord& alert) {
    const bool there =
        alert.firing_at && *alert.firing_at <= page.t && (!alert.resolved_at || *alert.resolved_at >= page.t);
    return there && !alert.incident.empty() && contains(names, alert.alert);
  });
}

// What was seen of an action: the first of its kind that is told after it was begun.
const Event* outcome_of(const Record& record, const Event& taken) {
  const std::string name = format("{} {}", taken.subject, taken.text("target"));
  const auto found = std::ranges::find_if(record.timeline, [&](const Event& event) {
    const bool outcome = event.kind == EventKind::action_effective || event.kind == EventKind::action_ineffective;
    return outcome && event.t > taken.t && event.subject == name;
  });
  return found == record.timeline.end() ? nullptr : &*found;
}

ActionRow row_of(const Record& record, const Event& event, const Event* seen) {
  ActionRow row{.at = clock_of(record, event.t), .by = event.text("by"), .what = event.subject, .why = {}};
  if (event.kind == EventKind::action_taken) {
    Event plain{.t = event.t, .kind = event.kind, .subject = event.subject, .fields = event.fields};
    std::erase_if(plain.fields, [](const events::EventField& field) { return field.name == "by"; });
    row.what = events::describe(plain);
  }
  if (seen == nullptr) return row;
  row.outcome = seen->kind == EventKind::action_effective ? ActionRow::Outcome::helped : ActionRow::Outcome::vain;
  row.why = format("{}, seen at {}", seen->text("reason"), clock_of(record, seen->t));
  return row;
}

}  // namespace

std::vector<RoleRow> role_rows(const Record& record) {
  std::vector<RoleRow> rows;
  const Zone zone = zone_of(record);
  for (const Event& event : record.timeline) {
    const bool page = event.kind == EventKind::oncall_paged;
    if ((!page && event.kind != EventKind::oncall_acknowledged) || event.t < record.judged_from) continue;
    const std::string role = event.text("tier");
    auto row = std::ranges::find(rows, role, &RoleRow::role);
    if (row == rows.end()) row = rows.insert(rows.end(), RoleRow{.role = role});
    if (!page) {
      ++row->acknowledged;
      continue;
    }
    ++row->pages;
    row->at_night += is_at_night(zone, event.t) ? 1 : 0;
    row->of_no_incident += is_of_no_incident(record, event) ? 1 : 0;
  }
  return rows;
}

std::vector<ActionRow> action_rows(const Record& record) {
  std::vector<ActionRow> rows;
  for (const Event& event : record.timeline) {
    if (event.kind == EventKind::action_taken) rows.push_back(row_of(record, event, outcome_of(record, event)));
  }
  return rows;
}

std::string people_headline(const Record& record) {
  std::size_t pages = 0, at_night = 0;
  for (const RoleRow& row : role_rows(record)) {
    pages += row.pages;
    at_night += row.at_night;
  }
  const std::vector<ActionRow> actions = action_rows(record);
  const auto helped = std::ranges::count(actions, ActionRow::Outcome::helped, &ActionRow::outcome);
  std::string out = format("{} page{}", pages, pages == 1 ? "" : "s");
  if (at_night > 0) out += format(", {} of them at night", at_night);
  if (!actions.empty()) {
    out += format("; {} action{}, {} of which helped", actions.size(), actions.size() == 1 ? "" : "s", helped);
  }
  return out + ".";
}

}  // namespace firedrill::reports
