#include "reports/people_rows.h"

#include <algorithm>

#include "base/text/format.h"
#include "events/action.h"
#include "incident/people/shifts.h"
#include "record/clock.h"

namespace firedrill::reports {
namespace {

using events::Event;
using events::EventKind;
using record::Record;

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

// What people did: only what changes the world is acting.
struct Deeds {
  int actions = 0;
  int helped = 0;
  int declarations = 0;
  int silences = 0;
};

Deeds deeds_of(const Record& record) {
  Deeds deeds;
  for (const Event& event : record.timeline) {
    if (event.kind != EventKind::action_taken) continue;
    if (incident::acts(event)) {
      ++deeds.actions;
      const Event* seen = outcome_of(record, event);
      deeds.helped += seen != nullptr && seen->kind == EventKind::action_effective ? 1 : 0;
    }
    const auto kind = events::parse_action_kind(event.subject);
    deeds.declarations += kind == events::ActionKind::declare ? 1 : 0;
    deeds.silences += kind == events::ActionKind::silence ? 1 : 0;
  }
  return deeds;
}

std::string counted(int count, std::string_view noun) {
  return format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace

std::vector<ShiftRow> shift_rows(const Record& record) {
  std::vector<ShiftRow> rows;
  // A record that is older does not have them.
  const auto shifts = record.shifts ? record.shifts : incident::shifts_of(record);
  if (!shifts) return rows;
  for (const record::ShiftRecord& shift : *shifts) {
    rows.push_back({.role = shift.tier,
                    .since = shift.from ? clock_of(record, *shift.from) : "before the run",
                    .pages = shift.pages,
                    .at_night = shift.at_night,
                    .of_no_incident = shift.of_no_incident,
                    .not_acted_on = shift.not_acted_on,
                    .acknowledged = shift.acknowledged});
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
  int pages = 0, at_night = 0, not_acted_on = 0;
  for (const ShiftRow& row : shift_rows(record)) {
    pages += row.pages;
    at_night += row.at_night;
    not_acted_on += row.not_acted_on;
  }
  const Deeds deeds = deeds_of(record);
  std::string out = counted(pages, "page");
  if (at_night > 0) out += format(", {} of them at night", at_night);
  if (not_acted_on > 0) out += format(", {} on which nobody acted", not_acted_on);
  if (deeds.actions > 0) out += format("; {}, {} of which helped", counted(deeds.actions, "action"), deeds.helped);
  if (deeds.declarations > 0) out += format("; {}", counted(deeds.declarations, "declaration"));
  if (deeds.silences > 0) out += format("; {}", counted(deeds.silences, "silence"));
  return out + ".";
}

}  // namespace firedrill::reports
