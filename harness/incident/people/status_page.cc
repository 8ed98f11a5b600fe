#include "incident/people/status_page.h"

#include <algorithm>

#include "base/text/format.h"

namespace firedrill::incident {
using namespace record;
namespace {

constexpr std::string_view kOperational = "operational";

StatusComponent* find(std::vector<StatusComponent>& components, const std::string& name) {
  const auto found = std::ranges::find(components, name, &StatusComponent::name);
  return found == components.end() ? nullptr : &*found;
}

// What the update changes on the page; one that the page did not have yet was operational.
std::vector<ComponentChange> change_components(const events::Event& event, std::vector<StatusComponent>& page) {
  std::vector<ComponentChange> changes;
  for (const ComponentStatus& each : read_components(event.text("components"))) {
    StatusComponent* known = find(page, each.name);
    if (known == nullptr) {
      page.push_back({format("component-{}", each.name), each.name, std::string(kOperational)});
      known = &page.back();
    }
    if (known->status == each.status) continue;
    changes.push_back({known->id, known->name, known->status, each.status});
    known->status = each.status;
  }
  return changes;
}

StatusIncident& incident_of(const events::Event& event, StatusPage& page) {
  const auto found = std::ranges::find(page.incidents, event.subject, &StatusIncident::id);
  if (found != page.incidents.end()) return *found;
  return page.incidents.emplace_back(StatusIncident{.id = event.subject,
                                                    .name = event.text("title"),
                                                    .status = {},
                                                    .impact = std::string(impact_of(SeverityLevel::p3)),
                                                    .created_at = event.t,
                                                    .updated_at = event.t,
                                                    .monitoring_at = {},
                                                    .resolved_at = {},
                                                    .incident_updates = {},
                                                    .components = {}});
}

// The worse of two impacts.
void raise_impact(StatusIncident& incident, SeverityLevel level) {
  for (const SeverityLevel each : {SeverityLevel::p0, SeverityLevel::p1, SeverityLevel::p2}) {
    if (incident.impact == impact_of(each)) return;
    if (each != level) continue;
    incident.impact = impact_of(level);
    return;
  }
}

void add(const events::Event& event, StatusPage& page) {
  std::vector<ComponentChange> changes = change_components(event, page.components);
  StatusIncident& incident = incident_of(event, page);
  incident.status = event.text("status");
  incident.updated_at = event.t;
  if (const auto level = parse_severity(event.text("severity"))) raise_impact(incident, *level);
  if (incident.status == to_string(PostStatus::monitoring) && !incident.monitoring_at) incident.monitoring_at = event.t;
  if (incident.status == to_string(PostStatus::resolved)) incident.resolved_at = event.t;
  for (const ComponentChange& change : changes) {
    if (find(incident.components, change.name) == nullptr) {
      incident.components.push_back({change.code, change.name, change.new_status});
    }
  }
  for (StatusComponent& each : incident.components) each.status = find(page.components, each.name)->status;
  incident.incident_updates.insert(
      incident.incident_updates.begin(),
      StatusUpdate{.id = format("{}-{}", incident.id, incident.incident_updates.size() + 1),
                   .status = incident.status,
                   .body = event.text("text"),
                   .created_at = event.t,
                   .display_at = event.t,
                   .affected_components = std::move(changes)});
}

}  // namespace

StatusPage status_page_of(const Record& record) {
  StatusPage page;
  for (const events::Event& event : record.timeline) {
    const bool posted = event.kind == events::EventKind::communication_posted;
    if (posted && event.text("channel") == kExternal) add(event, page);
  }
  std::ranges::reverse(page.incidents);
  return page;
}

}  // namespace firedrill::incident
