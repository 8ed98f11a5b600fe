// What alerts and people add to an incident: detection, notification, resolution, severity, impact.
#include <algorithm>

#include "base/contains.h"
#include "incident/alerts/alert_match.h"
#include "incident/incidents/incidents.h"
#include "incident/measures/measures.h"
#include "incident/people/communication.h"
#include "incident/severity/severity.h"
#include "incident/truth.h"

namespace firedrill::incident {
using namespace record;
namespace {

void keep_first(std::optional<Time>& first, const std::optional<Time>& t) {
  if (t && (!first || *t < *first)) first = t;
}

void take_alerts(const Record& record, IncidentRecord& incident) {
  IncidentTimes& times = incident.times;
  for (const AlertRecord& alert : record.alerts) {
    if (alert.incident != incident.id || !alert.firing_at) continue;
    // What relabelling dropped went nowhere: nobody could see a sign in it.
    if (!alert.held(HoldKind::dropped)) keep_first(times.first_sign_at, alert.firing_at);
    keep_first(times.notified_at, alert.notified_at);
    keep_first(times.acknowledged_at, alert.acknowledged_at);
    const std::optional<Time> page_at = alert.page_at();
    if (!page_at || (times.detected_at && *times.detected_at <= *page_at)) continue;
    times.detected_at = page_at;
    times.pending_at = alert.pending_at;
    times.firing_at = alert.firing_at;
    incident.detected_alert = alert.alert;
    incident.detected_by = "alert";
  }
}

void take_events(const Record& record, IncidentRecord& incident) {
  IncidentTimes& times = incident.times;
  const std::vector<std::string> told_as = names_told(record, incident);
  for (const events::Event& event : record.timeline) {
    switch (event.kind) {
      case events::EventKind::oncall_paged:
        if (concerns(record, incident, event) && !contains(incident.paged, event.subject)) {
          incident.paged.push_back(event.subject);
        }
        break;
      case events::EventKind::oncall_acknowledged:
        if (!concerns(record, incident, event)) break;
        if (incident.acknowledged_by.empty()) incident.acknowledged_by = event.subject;
        keep_first(times.acknowledged_at, event.t);
        break;
      case events::EventKind::communication_posted:
        if (contains(told_as, event.subject) && event.text("channel") != kInternal) {
          keep_first(times.communicated_at, event.t);
        }
        break;
      case events::EventKind::note:
        if (event.text("reported") == "yes" && event.text("incident") == incident.id)
          keep_first(times.reported_at, event.t);
        break;
      default:
        break;
    }
  }
  if (times.reported_at && (!times.detected_at || *times.reported_at < *times.detected_at)) {
    times.detected_at = times.reported_at;
    incident.detected_by = "person";
  }
}

// All is well: what was broken is within its objective again and the alerts are over, whatever the fault's schedule
// says (a process that was killed and started again is well though the fault has no end). Of an incident that broke
// nothing and of which no alert fired, nothing else is known than that its faults were removed.
std::optional<Time> resolution(const Record& record, const IncidentRecord& incident) {
  std::optional<Time> last;
  const auto wait_for = [&](const std::optional<Time>& t) {
    if (!t) return false;
    if (!last || *t > *last) last = t;
    return true;
  };
  for (const AlertRecord& alert : record.alerts) {
    if (alert.incident == incident.id && alert.firing_at && !wait_for(ended_at(alert))) return std::nullopt;
  }
  if (incident.times.breached_at && !wait_for(incident.times.mitigated_at)) return std::nullopt;
  if (last) return last;
  for (const std::string& id : incident.faults) {
    const FaultRecord* fault = record.fault(id);
    if (fault != nullptr && fault->injected_at && !wait_for(fault->recovered_at)) return std::nullopt;
  }
  return last;
}

void evolve_severity(const Record& record, IncidentRecord& incident) {
  const auto opened = opened_at(incident);
  if (!opened || minute_count(record) == 0) return;
  const Time closed = incident.times.resolved_at.value_or(record.judged_to);
  const bool harmless = of_telemetry_alone(record, incident);
  for (std::size_t minute = minute_at(record, *opened); minute < minute_count(record); ++minute) {
    const Time t = minute_end(record, minute);
    if (t > closed && !incident.severity.empty()) break;
    const SeverityInputs inputs = harmless ? SeverityInputs{} : severity_inputs(record, minute);
    const SeverityLevel level = determine_severity(inputs, record.declared.severity);
    incident.affected_peak = std::max(incident.affected_peak, inputs.affected);
    if (!incident.peak || level < *incident.peak) incident.peak = level;
    if (!incident.severity.empty() && incident.severity.back().level == level) continue;
    incident.severity.push_back({t, level, inputs, explain_severity(inputs, record.declared.severity)});
  }
}

void sum_impact(const Record& record, IncidentRecord& incident) {
  if (!incident.times.injected_at || minute_count(record) == 0) return;
  const Time until = incident.times.mitigated_at ? *incident.times.mitigated_at - 1ms
                                                 : incident.times.resolved_at.value_or(record.judged_to);
  const TruthMinute total =
      entry_traffic(record, {minute_at(record, *incident.times.injected_at), minute_at(record, until)});
  incident.requests = total.requests;
  incident.requests_failed = total.errors;
}

}  // namespace

bool concerns(const Record& record, const IncidentRecord& incident, const events::Event& event) {
  const std::string id = event.text("incident");
  if (!id.empty()) return id == incident.id;
  const std::vector<std::string> names = split_alerts(event.text("alert"));
  // An activation that was there: an alert may be of one incident today and of another tomorrow.
  return std::ranges::any_of(record.alerts, [&](const AlertRecord& a) {
    const bool there = a.firing_at && *a.firing_at <= event.t && (!a.resolved_at || *a.resolved_at >= event.t);
    return there && a.incident == incident.id && contains(names, a.alert);
  });
}

void complete_incidents(Record& record) {
  for (IncidentRecord& incident : record.incidents) {
    take_alerts(record, incident);
    take_events(record, incident);
    if (incident.times.injected_at) incident.times.resolved_at = resolution(record, incident);
    evolve_severity(record, incident);
    sum_impact(record, incident);
    incident.measures = measure(record, incident);
  }
}

}  // namespace firedrill::incident
