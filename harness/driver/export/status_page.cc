// What everybody was told, as a status page's API answers: /api/v2/summary.json of Statuspage, with all incidents.
#include "base/text/format.h"
#include "base/text/json.h"
#include "driver/export/exports.h"
#include "driver/outputs.h"

namespace firedrill::driver::exports {
namespace {

using record::SeverityLevel;
using record::StatusIncident;

std::string_view description_of(std::string_view indicator) {
  if (indicator == "critical") return "Major System Outage";
  if (indicator == "major") return "Partial System Outage";
  if (indicator == "minor") return "Minor Service Outage";
  return "All Systems Operational";
}

json::value instant(Time t) {
  return json::value(format_instant(t));
}
json::value instant(const std::optional<Time>& t) {
  return t ? instant(*t) : json::value(nullptr);
}

// The worst impact of what is not over.
std::string indicator_of(const record::StatusPage& page) {
  for (const SeverityLevel level : {SeverityLevel::p0, SeverityLevel::p1, SeverityLevel::p2}) {
    for (const StatusIncident& each : page.incidents) {
      if (!each.resolved_at && each.impact == record::impact_of(level)) return each.impact;
    }
  }
  return "none";
}

json::array components_json(const std::vector<record::StatusComponent>& components) {
  json::array out;
  for (const record::StatusComponent& each : components) {
    out.push_back(json::object{{"id", each.id}, {"name", each.name}, {"status", each.status}});
  }
  return out;
}

json::object update_json(const StatusIncident& incident, const record::StatusUpdate& update) {
  json::array affected;
  for (const record::ComponentChange& each : update.affected_components) {
    affected.push_back(json::object{
        {"code", each.code}, {"name", each.name}, {"old_status", each.old_status}, {"new_status", each.new_status}});
  }
  return {{"id", update.id},
          {"incident_id", incident.id},
          {"status", update.status},
          {"body", update.body},
          {"created_at", instant(update.created_at)},
          {"updated_at", instant(update.created_at)},
          {"display_at", instant(update.display_at)},
          {"affected_components", std::move(affected)}};
}

json::object incident_json(const StatusIncident& incident) {
  json::array updates;
  for (const record::StatusUpdate& each : incident.incident_updates) updates.push_back(update_json(incident, each));
  return {{"id", incident.id},
          {"name", incident.name},
          {"status", incident.status},
          {"impact", incident.impact},
          {"shortlink", json::value(nullptr)},
          {"created_at", instant(incident.created_at)},
          {"updated_at", instant(incident.updated_at)},
          {"monitoring_at", instant(incident.monitoring_at)},
          {"resolved_at", instant(incident.resolved_at)},
          {"incident_updates", std::move(updates)},
          {"components", components_json(incident.components)}};
}

Result<Export> make(const ExportContext& context) {
  const record::Record& record = context.loaded.record;
  if (!record.status_page) {
    return failure({{Severity::error,
                     {},
                     "the run has no status page: nobody was on call",
                     "add `oncall_file: oncall.yaml` to the scenario, and run it again"}});
  }
  const record::StatusPage& page = *record.status_page;
  json::array incidents;
  for (const StatusIncident& each : page.incidents) incidents.push_back(incident_json(each));
  const Time updated = page.incidents.empty() ? record.started : page.incidents.front().updated_at;
  const std::string indicator = indicator_of(page);
  const json::object summary{
      {"page", json::object{{"id", record.scenario},
                            {"name", record.scenario},
                            {"time_zone", "Etc/UTC"},
                            {"updated_at", instant(updated)}}},
      {"components", components_json(page.components)},
      {"incidents", std::move(incidents)},
      {"scheduled_maintenances", json::array{}},
      {"status", json::object{{"indicator", indicator}, {"description", std::string(description_of(indicator))}}}};
  Export result;
  result.text = write_json(summary, JsonStyle::pretty);
  result.note = format("{} incident{}", page.incidents.size(), page.incidents.size() == 1 ? "" : "s");
  return result;
}

}  // namespace

ExportKind status_page() {
  return {.name = "status-page",
          .doc =
              "What the team told everybody, as Statuspage's API answers: incidents with their updates, status and "
              "impact, and components.",
          .make = make};
}

}  // namespace firedrill::driver::exports
