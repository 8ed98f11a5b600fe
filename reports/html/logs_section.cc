// What was written first of each incident, and what was changed before it.
#include "base/text/format.h"
#include "record/logs.h"
#include "record/record.h"
#include "reports/escape.h"
#include "reports/html/incidents.h"
#include "reports/html/sections.h"
#include "reports/log_rows.h"
#include "reports/words.h"

namespace firedrill::reports::html {
namespace {

using record::IncidentRecord;
using record::Record;

constexpr std::size_t kMostIncidents = 20;

std::string lines_of(const Record& record, const IncidentRecord& incident) {
  std::vector<std::vector<std::string>> rows;
  for (const LogRow& row : first_lines(record, incident)) {
    rows.push_back({row.at, escape_markup(row.writer), row.level, format("<code>{}</code>", escape_markup(row.message)),
                    row.stands_for > 1 ? format("{} ×", row.stands_for) : "1 ×"});
  }
  if (rows.empty()) return "";
  return "<h4>Written first</h4>" + table({"at", "by", "level", "line", "stands for"}, rows, "wide-text first-narrow");
}

std::string changes_of(const Record& record, const IncidentRecord& incident) {
  std::vector<std::vector<std::string>> rows;
  for (const ChangeRow& row : changes_before(record, incident)) {
    rows.push_back(
        {row.at, escape_markup(row.kind), escape_markup(row.target), escape_markup(row.what), escape_markup(row.by)});
  }
  if (rows.empty()) return "";
  return "<h4>Changed before</h4>" + table({"at", "change", "of", "what", "by"}, rows, "first-narrow");
}

}  // namespace

std::string logs(const Record& record) {
  std::string body;
  std::size_t shown = 0;
  for (const IncidentRecord& incident : record.incidents) {
    if (shown == kMostIncidents) break;
    const std::string of_it = changes_of(record, incident) + lines_of(record, incident);
    if (of_it.empty()) continue;
    ++shown;
    body += heading(record, incident) + of_it;
  }
  if (const std::string left_out = record::describe_left_out(record.logs); !left_out.empty() && !body.empty()) {
    body += format("<p class=\"quiet\">{}.</p>", escape_markup(sentence_case(left_out)));
  }
  return section("logs", "Logs and changes",
                 "Lines are a sample: each stands for all that was counted since the one before it. "
                 "`firedrill logs` shows the rest.",
                 body);
}

}  // namespace firedrill::reports::html
