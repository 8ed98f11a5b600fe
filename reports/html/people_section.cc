// Who was called, by what they were called as, and what they did about it.
#include <algorithm>
#include <utility>

#include "base/text/format.h"
#include "record/record.h"
#include "reports/escape.h"
#include "reports/html/sections.h"
#include "reports/people_rows.h"

namespace firedrill::reports::html {
namespace {

constexpr std::size_t kMostActions = 100;

std::string badge_of(ActionRow::Outcome outcome) {
  switch (outcome) {
    case ActionRow::Outcome::helped:
      return badge("good", "✓", "helped");
    case ActionRow::Outcome::vain:
      return badge("bad", "✕", "did not help");
    case ActionRow::Outcome::open:
      return badge("plain", "–", "not seen");
  }
  std::unreachable();
}

std::string shifts_table(const record::Record& record) {
  std::vector<std::vector<std::string>> rows;
  for (const ShiftRow& row : shift_rows(record)) {
    rows.push_back({escape_markup(row.role), row.since, format("{}", row.pages), format("{}", row.at_night),
                    format("{}", row.of_no_incident), format("{}", row.not_acted_on), format("{}", row.acknowledged)});
  }
  if (rows.empty()) return "";
  return table({"called as", "shift since", "pages", "at night", "of no incident", "nobody acted", "acknowledged"},
               rows);
}

std::string actions_table(const record::Record& record) {
  const std::vector<ActionRow> actions = action_rows(record);
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < std::min(actions.size(), kMostActions); ++i) {
    const ActionRow& row = actions[i];
    rows.push_back(
        {badge_of(row.outcome), row.at, escape_markup(row.by), escape_markup(row.what), escape_markup(row.why)});
  }
  if (rows.empty()) return "";
  const std::string more = actions.size() > kMostActions
                               ? format("<p>… and {} more in the record</p>", actions.size() - kMostActions)
                               : std::string();
  return table({"effect", "at", "by", "action", "what was seen"}, rows, "first-narrow wide-text") + more;
}

}  // namespace

std::string people(const record::Record& record) {
  if (!record.on_call) return "";
  const std::string tables = shifts_table(record) + actions_table(record);
  return section("people", "People", people_headline(record), tables.empty() ? "<p>Nobody was called.</p>" : tables);
}

}  // namespace firedrill::reports::html
