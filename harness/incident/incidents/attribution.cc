// Which incident each alert belongs to.
#include <algorithm>
#include <array>

#include "base/contains.h"
#include "incident/alerts/alert_match.h"
#include "incident/alerts/rule_reach.h"
#include "incident/expectations/expectation_table.h"
#include "incident/incidents/incidents.h"

namespace firedrill::incident {
using namespace record;
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

// When all of it was over: its faults, and what they broke.
Time end_of(const Record& record, const IncidentRecord& incident) {
  const Time end = faults_end(record, incident);
  return incident.times.breached_at ? std::max(end, incident.times.mitigated_at.value_or(record.judged_to)) : end;
}

// Whether an alert that looks so far back can be one of the incident's, beginning at this time.
bool still_shows(const Record& record, const IncidentRecord& incident, Time seen, std::optional<Duration> reach) {
  return !reach || seen <= end_of(record, incident) + kAftermath + *reach;
}

bool named_for(const Record& record, const AlertRecord& alert, const IncidentRecord& incident) {
  return std::ranges::any_of(record.declared.expectations, [&](const Expectation& expectation) {
    const std::string wanted = expectation.fields.text("incident");
    return names(expectation, alert) && (wanted.empty() || wanted == incident.id);
  });
}

std::string_view up_to(std::string_view text, char last) {
  return text.substr(0, text.rfind(last));
}

// What a label's value may be called by that of a service: itself, a pod by what is before its number, or before the
// hash of its ReplicaSet and letters of its own, an instance by that of its pod, before a port.
std::vector<std::string_view> names_within(std::string_view label, std::string_view value) {
  if (label == "instance") value = up_to(value, ':');
  if (label == "pod" || label == "instance") return {value, up_to(value, '-'), up_to(up_to(value, '-'), '-')};
  return {value};
}

// The labels that may tell of a service, first what tells it plainly. Series of kube-state-metrics and of the kubelet
// have no `service`: there a deployment, an endpoint and a container have its name, and a pod's name begins with it.
// What is summed by job has only that, which is the service's name, too, unless the topology says otherwise; by
// instance, the pod's name before a port; by dependency, the name of what was called.
constexpr std::array<std::string_view, 8> kTelling{"service", "deployment", "endpoint", "container",
                                                   "pod",     "job",        "instance", "dependency"};

// The service that an alert is about: of these labels the first that names one. Empty if none does.
std::string_view service_of(const Record& record, const model::Labels& labels) {
  for (const std::string_view label : kTelling) {
    for (const std::string_view name : names_within(label, labels.get(label))) {
      if (!name.empty() && contains(record.services | std::views::transform(&ServiceSummary::name), name)) return name;
    }
  }
  return {};
}

bool within(const Record& record, const AlertRecord& alert, const IncidentRecord& incident) {
  const std::string_view service = service_of(record, alert.labels);
  return (!service.empty() && contains(incident.blast_radius, service)) ||
         contains(incident.nodes, alert.labels.get("node"));
}

// Whatever incidents were going on when it began.
std::vector<const IncidentRecord*> possible_causes(const Record& record, const AlertRecord& alert, RuleReach& reaches) {
  const Time seen = began(record, alert);
  const auto reach = reaches.of(alert);
  std::vector<const IncidentRecord*> found;
  for (const IncidentRecord& incident : record.incidents) {
    const auto& injected = incident.times.injected_at;
    if (injected && *injected <= seen && still_shows(record, incident, seen, reach)) found.push_back(&incident);
  }
  return found;
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
  const auto* expected = latest(record, seen, [&](const auto& i) { return named(i) && shows(i); });
  const auto* hit = latest(record, seen, [&](const auto& i) { return within(record, alert, i) && shows(i); });
  const auto* expected_once = latest(record, seen, named);
  if (expected_once != nullptr && reach && seen > end_of(record, *expected_once) + *reach) {
    // It is over, the rule looks no longer back on it: if another has begun since, the alert is that one's.
    const auto since = [&](const auto& i) {
      return shows(i) && *i.times.injected_at > *expected_once->times.injected_at;
    };
    if (hit != nullptr && since(*hit)) return {hit, "blast_radius"};
    const auto* other = tells_of_nothing(alert.labels) ? latest(record, seen, since) : nullptr;
    if (other != nullptr) return {other, "only_incident"};
  }
  if (expected != nullptr) return {expected, "named"};
  if (hit != nullptr) return {hit, "blast_radius"};
  if (expected_once != nullptr) return {expected_once, "named"};
  if (excepted(record, alert) || !tells_of_nothing(alert.labels)) return {nullptr, "spurious"};
  const auto causes = possible_causes(record, alert, reaches);
  return {causes.size() == 1 ? causes.front() : nullptr, "only_incident"};
}

void attribute(const Record& record, AlertRecord& alert, RuleReach& reaches) {
  alert.incident.clear();
  alert.injected_at.reset();
  alert.breached_at.reset();
  if (const auto over = alert.over_at(); over && *over < record.judged_from) {
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

bool tells_of_nothing(const model::Labels& labels) {
  return labels.get("node").empty() &&
         std::ranges::none_of(kTelling, [&](std::string_view name) { return !labels.get(name).empty(); });
}

std::string why_spurious(const Record& record, const AlertRecord& alert) {
  if (!tells_of_nothing(alert.labels)) {
    const bool named = !alert.labels.get("node").empty() || !service_of(record, alert.labels).empty();
    return named ? "" : "no label of it names a service of the topology";
  }
  RuleReach reaches(record);
  if (possible_causes(record, alert, reaches).size() < 2) return {};
  return "no label of it tells of a service, and several incidents were going on; an alert_firing with `incident` says "
         "whose it is";
}

void attribute_alerts(Record& record) {
  RuleReach reaches(record);
  for (AlertRecord& alert : record.alerts) attribute(record, alert, reaches);
}

}  // namespace firedrill::incident
