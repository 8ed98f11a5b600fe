// Which incident each alert belongs to.
#include <algorithm>

#include "incident/alert_match.h"
#include "incident/incidents.h"
#include "incident/search.h"

namespace firedrill::incident {
namespace {

// Of incidents that qualify, the one injected last before the alert's expression began to hold: what held already is
// none of a fault's effects, even if it fires only later.
const IncidentRecord* latest(const Record& record, const AlertRecord& alert, const auto& qualifies) {
  const Time seen = alert.pending_at ? *alert.pending_at : alert.firing_at.value_or(record.judged_to);
  const IncidentRecord* best = nullptr;
  for (const IncidentRecord& incident : record.incidents) {
    const auto& injected = incident.times.injected_at;
    if (!injected || *injected > seen || !qualifies(incident)) continue;
    if (best == nullptr || *injected > *best->times.injected_at) best = &incident;
  }
  return best;
}

bool named_for(const Record& record, const AlertRecord& alert, const IncidentRecord& incident) {
  return std::ranges::any_of(record.declared.expectations, [&](const Expectation& expectation) {
    const std::string wanted = expectation.fields.text("incident");
    return names(expectation, alert) && (wanted.empty() || wanted == incident.id);
  });
}

// The service that an alert is about, by its labels. Series of kube-state-metrics and of the kubelet have no `service`:
// there a deployment, an endpoint and a container have its name, and a pod has it before its number.
std::string_view service_of(const model::Labels& labels) {
  for (const std::string_view name : {"service", "deployment", "endpoint", "container"}) {
    if (const std::string_view value = labels.get(name); !value.empty()) return value;
  }
  const std::string_view pod = labels.get("pod");
  return pod.substr(0, pod.rfind('-'));
}

bool within(const AlertRecord& alert, const IncidentRecord& incident) {
  const std::string_view service = service_of(alert.labels);
  return !service.empty() && contains(incident.blast_radius, service);
}

void attribute(const Record& record, AlertRecord& alert) {
  alert.incident.clear();
  alert.injected_at.reset();
  alert.breached_at.reset();
  const bool over = alert.resolved_at && *alert.resolved_at < record.judged_from;
  if (over) {
    alert.attribution = "warmup";
    return;
  }
  const IncidentRecord* owner = latest(record, alert, [&](const auto& i) { return named_for(record, alert, i); });
  alert.attribution = "named";
  if (owner == nullptr) {
    owner = latest(record, alert, [&](const auto& i) { return within(alert, i); });
    alert.attribution = "blast_radius";
  }
  if (owner != nullptr) {
    alert.incident = owner->id;
    alert.injected_at = owner->times.injected_at;
    alert.breached_at = owner->times.breached_at;
  } else {
    alert.attribution = excepted(record, alert) ? "excepted" : "spurious";
  }
  if (!alert.firing_at) alert.attribution = "pending_only";
}

}  // namespace

void attribute_alerts(Record& record) {
  for (AlertRecord& alert : record.alerts) attribute(record, alert);
}

}  // namespace firedrill::incident
