// Which incident each alert belongs to.
#include <algorithm>

#include "incident/alert_match.h"
#include "incident/incidents.h"
#include "incident/rule_reach.h"
#include "incident/search.h"

namespace firedrill::incident {
namespace {

// When the alert's expression began to hold: what held already before a fault is none of its effects, even if it fires
// only later.
Time began(const Record& record, const AlertRecord& alert) {
  return alert.pending_at ? *alert.pending_at : alert.firing_at.value_or(record.judged_to);
}

// Of incidents that qualify, the one injected last before that.
const IncidentRecord* latest(const Record& record, Time seen, const auto& qualifies) {
  const IncidentRecord* best = nullptr;
  for (const IncidentRecord& incident : record.incidents) {
    const auto& injected = incident.times.injected_at;
    if (!injected || *injected > seen || !qualifies(incident)) continue;
    if (best == nullptr || *injected > *best->times.injected_at) best = &incident;
  }
  return best;
}

// Whether an alert that looks so far back can be one of the incident's, beginning at this time.
bool still_shows(const Record& record, const IncidentRecord& incident, Time seen, std::optional<Duration> reach) {
  if (!reach) return true;
  Time end = faults_end(record, incident);
  if (incident.times.breached_at) end = std::max(end, incident.times.mitigated_at.value_or(record.judged_to));
  return seen <= end + kAftermath + *reach;
}

bool named_for(const Record& record, const AlertRecord& alert, const IncidentRecord& incident) {
  return std::ranges::any_of(record.declared.expectations, [&](const Expectation& expectation) {
    const std::string wanted = expectation.fields.text("incident");
    return names(expectation, alert) && (wanted.empty() || wanted == incident.id);
  });
}

// The service that an alert is about, by its labels. Series of kube-state-metrics and of the kubelet have no `service`:
// there a deployment, an endpoint and a container have its name, and a pod has it before its number. What is summed by
// job has only that, which is the service's name, too, unless the topology says otherwise; by instance, the pod's name
// before a port; by dependency, the name of what was called.
std::string_view service_of(const model::Labels& labels) {
  for (const std::string_view name : {"service", "deployment", "endpoint", "container"}) {
    if (const std::string_view value = labels.get(name); !value.empty()) return value;
  }
  if (const std::string_view pod = labels.get("pod"); !pod.empty()) return pod.substr(0, pod.rfind('-'));
  if (const std::string_view job = labels.get("job"); !job.empty()) return job;
  const std::string_view instance = labels.get("instance");
  if (!instance.empty()) return instance.substr(0, instance.substr(0, instance.rfind(':')).rfind('-'));
  return labels.get("dependency");
}

bool within(const AlertRecord& alert, const IncidentRecord& incident) {
  const std::string_view service = service_of(alert.labels);
  return (!service.empty() && contains(incident.blast_radius, service)) ||
         contains(incident.nodes, alert.labels.get("node"));
}

struct Owner {
  const IncidentRecord* incident;
  const char* why;
};

Owner owner_of(const Record& record, const AlertRecord& alert, RuleReach& reaches) {
  const Time seen = began(record, alert);
  const auto reach = reaches.of(alert);
  const auto shows = [&](const auto& incident) { return still_shows(record, incident, seen, reach); };
  const auto named = [&](const auto& incident) { return named_for(record, alert, incident); };
  if (const auto* owner = latest(record, seen, [&](const auto& i) { return named(i) && shows(i); })) {
    return {owner, "named"};
  }
  if (const auto* owner = latest(record, seen, [&](const auto& i) { return within(alert, i) && shows(i); })) {
    return {owner, "blast_radius"};
  }
  return {latest(record, seen, named), "named"};
}

void attribute(const Record& record, AlertRecord& alert, RuleReach& reaches) {
  alert.incident.clear();
  alert.injected_at.reset();
  alert.breached_at.reset();
  const bool over = alert.resolved_at && *alert.resolved_at < record.judged_from;
  if (over) {
    alert.attribution = "warmup";
    return;
  }
  const auto [owner, why] = owner_of(record, alert, reaches);
  alert.attribution = why;
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
  RuleReach reaches(record);
  for (AlertRecord& alert : record.alerts) attribute(record, alert, reaches);
}

}  // namespace firedrill::incident
