// What everybody was told, as a status page's API answers: /api/v2/incidents.json of Statuspage, which has those that
// are over as well, and beside them the components of /api/v2/components.json.
#include "base/text/format.h"
#include "base/text/json.h"
#include "driver/export/exports.h"
#include "driver/outputs.h"

namespace firedrill::driver::exports {
namespace {

using record::StatusIncident;

json::value instant(Time t) {
  return json::value(format_instant(t));
}
json::value instant(const std::optional<Time>& t) {
  return t ? instant(*t) : json::value(nullptr);
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

json::object incident_json(const std::string& page, const StatusIncident& incident) {
  json::array updates;
  for (const record::StatusUpdate& each : incident.incident_updates) updates.push_back(update_json(incident, each));
  return {{"id", incident.id},
          {"name", incident.name},
          {"status", incident.status},
          {"impact", incident.impact},
          {"page_id", page},
          {"shortlink", json::value(nullptr)},
          {"created_at", instant(incident.created_at)},
          {"started_at", instant(incident.created_at)},
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
  for (const StatusIncident& each : page.incidents) incidents.push_back(incident_json(record.scenario, each));
  const Time updated = page.incidents.empty() ? record.started : page.incidents.front().updated_at;
  const json::object answer{{"page", json::object{{"id", record.scenario},
                                                  {"name", record.scenario},
                                                  {"url", format("https://{}.invalid", record.scenario)},
                                                  {"time_zone", "Etc/UTC"},
                                                  {"updated_at", instant(updated)}}},
                            {"incidents", std::move(incidents)},
                            {"components", components_json(page.components)}};
  Export result;
  result.text = write_json(answer, JsonStyle::pretty);
  result.note = format("{} incident{}", page.incidents.size(), page.incidents.size() == 1 ? "" : "s");
  return result;
}

}  // namespace

ExportKind status_page() {
  return {
      .name = "status-page",
      .doc =
          "What the team told everybody, as Statuspage's incidents.json has it: incidents with their updates, status "
          "and impact; and components.",
      .make = make};
}

}  // namespace firedrill::driver::exports
