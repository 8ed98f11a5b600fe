// Incidents in a row each, and the cells that other tables of them share.
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "incident/incidents/incidents.h"
#include "record/record.h"
#include "reports/budget_use.h"
#include "reports/escape.h"
#include "reports/html/incidents.h"
#include "reports/html/sections.h"
#include "reports/incident_words.h"
#include "reports/words.h"

namespace firedrill::reports::html {

using record::IncidentRecord;
using record::Record;

namespace {

constexpr std::size_t kMostRows = 100;

std::string budget_cell(const Record& record, const IncidentRecord& incident) {
  std::string out;
  for (const BudgetUse& use : budget_use(record, incident)) {
    const std::string shared = shared_part(use);
    out += format("{}{}<br><span class=\"quiet\">{}{}</span>", out.empty() ? "" : "<br>", share_of(use),
                  escape_markup(use.slo->name), shared.empty() ? "" : "; " + escape_markup(shared));
  }
  return out.empty() ? "–" : out;
}

// Of one that hits what is told of services alone, what failed meanwhile is another's.
std::string failed_cell(const Record& record, const IncidentRecord& incident) {
  if (!incident.times.injected_at || !incident.peak || incident::of_telemetry_alone(record, incident)) return "–";
  const double share = incident.requests > 0 ? incident.requests_failed / incident.requests : 0;
  return format("{}<br><span class=\"quiet\">{}</span>", grouped(incident.requests_failed), describe_ratio(share));
}

}  // namespace

std::string heading(const Record& record, const IncidentRecord& incident) {
  if (record.incidents.size() == 1 && incident.title.empty()) return "";
  return format("<h3>{}{}</h3>", escape_markup(incident.id),
                incident.title.empty() ? "" : ": " + escape_markup(incident.title));
}

std::string kept_together(std::string text) {
  for (std::size_t i = text.find(" %"); i != std::string::npos; i = text.find(" %", i)) text.replace(i, 1, "\u00a0");
  return text;
}

std::string level_badge(record::SeverityLevel level) {
  return format("<span class=\"level {}\">{}</span>", record::to_string(level), record::to_string(level));
}

std::string state_badge(const TimeStanding& standing) {
  if (standing.standing == Standing::none) return "";
  return badge(css_of(standing.standing), sign_of(standing.standing), standing.state);
}

std::string time_cell(const Record& record, const IncidentRecord& incident, std::string_view name) {
  const record::Measure* measure = incident.measure(name);
  if (measure == nullptr || !measure->value) return "–";
  const TimeStanding standing = standing_of(record, incident, name);
  const std::string target = standing.target();
  return format("<strong>{}</strong> {}<br><span class=\"quiet\">{}</span>",
                escape_markup(measure->text.substr(0, measure->text.find(" ("))), state_badge(standing),
                target.empty() ? "no target" : escape_markup(target));
}

std::string severity_cell(const Record& record, const IncidentRecord& incident) {
  if (!incident.peak) return format("<span class=\"quiet\">{}</span>", without_peak(record));
  const SeverityTarget wanted = severity_target_of(record, incident);
  if (!wanted.level) return level_badge(*incident.peak);
  const bool met = wanted.result == record::Verdict::pass;
  return format("{}<br>{}", level_badge(*incident.peak),
                badge(met ? "good" : "bad", verdict_sign(wanted.result),
                      format("expected {}{}", wanted.bound ? "no worse than " : "", record::to_string(*wanted.level))));
}

std::string incident_cell(const IncidentRecord& incident) {
  return format("<strong>{}</strong>{}", escape_markup(incident.id),
                incident.title.empty() ? "" : "<br><span class=\"kind\">" + escape_markup(incident.title) + "</span>");
}

std::string incident_rows(const Record& record) {
  if (record.incidents.size() < 2) return "";
  std::vector<std::vector<std::string>> rows;
  for (const IncidentRecord& incident : record.incidents) {
    if (rows.size() == kMostRows) break;
    rows.push_back({incident_cell(incident), escape_markup(what_broke(record, incident)),
                    severity_cell(record, incident), time_cell(record, incident, "ttd"),
                    time_cell(record, incident, "ttr"), failed_cell(record, incident), budget_cell(record, incident)});
  }
  const std::size_t left_out = record.incidents.size() - rows.size();
  return table({"incident", "what broke", "severity", "time to detect", "time to resolve", "requests failed meanwhile",
                "budget burned meanwhile"},
               rows, "incidents") +
         (left_out > 0 ? format("<p class=\"quiet\">{} more stand in record.json.</p>", left_out) : "");
}

}  // namespace firedrill::reports::html
