#include "incident/incidents/incidents.h"

#include <algorithm>
#include <set>

#include "base/contains.h"
#include "base/text/format.h"
#include "incident/incidents/breaches.h"
#include "incident/incidents/crossings.h"
#include "incident/severity/severity.h"
#include "incident/truth.h"

namespace firedrill::incident {
using namespace record;
namespace {

std::optional<Time> first_injection(const Record& record, const std::vector<std::string>& faults) {
  std::optional<Time> first;
  for (const std::string& id : faults) {
    const FaultRecord* fault = record.fault(id);
    if (fault != nullptr && fault->injected_at && (!first || *fault->injected_at < *first)) first = fault->injected_at;
  }
  return first;
}

// The incident's last breach: one that begins after its faults are removed and the SLI had recovered is another matter.
const Breach& last_of(const Record& record, const IncidentRecord& incident, const std::vector<Breach>& found) {
  const Time removed = faults_end(record, incident);
  const auto later = std::ranges::find_if(found, [&](const Breach& breach) { return breach.from > removed; });
  return later == found.begin() ? *later : *std::prev(later);
}

bool may_cause(const Record& record, const IncidentRecord& incident, const Breach& breach) {
  return incident.times.injected_at && *incident.times.injected_at <= breach.from &&
         breach.from <= faults_end(record, incident) + kAftermath;
}

// Whether another incident, injected since, missed the same objective in the breach's first minute.
bool is_of_later(const Record& record, const IncidentRecord& incident, const Breach& breach) {
  const std::size_t minute = minute_at(record, breach.from);
  const auto own = slos_of(record, incident);
  return std::ranges::any_of(record.incidents, [&](const IncidentRecord& other) {
    if (!may_cause(record, other, breach) || of_telemetry_alone(record, other)) return false;
    if (minute_at(record, *other.times.injected_at) <= minute_at(record, *incident.times.injected_at)) return false;
    return std::ranges::any_of(slos_of(record, other), [&](const Slo* slo) {
      return std::ranges::find(own, slo) != own.end() && misses(record, *slo, minute);
    });
  });
}

void take_breaches(const Record& record, IncidentRecord& incident) {
  if (!incident.times.injected_at || of_telemetry_alone(record, incident)) return;
  const Time since[] = {*incident.times.injected_at};
  auto found = breaches(record, slos_of(record, incident), since);
  std::erase_if(found, [&](const Breach& breach) {
    return !may_cause(record, incident, breach) || is_of_later(record, incident, breach);
  });
  if (found.empty()) return;
  incident.times.breached_at = found.front().from;
  incident.times.mitigated_at = last_of(record, incident, found).to;
}

// Whether what outside checks and users see can be its doing: it reaches an entry point, and not by telemetry alone.
bool reaches_entry(const Record& record, const IncidentRecord& incident) {
  return !of_telemetry_alone(record, incident) &&
         std::ranges::any_of(record.services, [&](const ServiceSummary& service) {
           return service.entry_point && contains(incident.blast_radius, service.name);
         });
}

// Whether it is the doing of another incident: of one injected since, or of one whose objective has been missed since.
bool is_of_another(const Record& record, const IncidentRecord& incident, const Breach& crossing) {
  const Time since = *incident.times.injected_at;
  return std::ranges::any_of(record.incidents, [&](const IncidentRecord& other) {
    const IncidentTimes& t = other.times;
    if (&other == &incident || !t.injected_at) return false;
    const bool later = minute_at(record, *t.injected_at) > minute_at(record, since);
    if (later && may_cause(record, other, crossing) && reaches_entry(record, other)) return true;
    const bool missed = t.breached_at && *t.breached_at >= since;
    return missed && *t.breached_at <= crossing.from + kSeverityWindow &&
           (!t.mitigated_at || crossing.from <= *t.mitigated_at + kSeverityWindow);
  });
}

// When the objectives of other incidents, missed already when this one began, were met again; nothing if there were
// none.
std::optional<Time> others_mitigated(const Record& record, Time since) {
  std::optional<Time> last;
  for (const IncidentRecord& other : record.incidents) {
    const IncidentTimes& t = other.times;
    if (!t.breached_at || *t.breached_at >= since) continue;
    const Time end = t.mitigated_at.value_or(record.judged_to);
    if (end >= since) last = std::max(last.value_or(end), end);
  }
  return last;
}

// Whether another fault, or its aftermath, may show in the five minutes up to the end of this one.
bool disturbed(const Record& record, const IncidentRecord& incident, std::size_t minute) {
  return std::ranges::any_of(record.faults, [&](const FaultRecord& fault) {
    if (contains(incident.faults, fault.id) || fault.telemetry.value_or(false) || !fault.injected_at) return false;
    return *fault.injected_at < minute_end(record, minute) &&
           (!fault.recovered_at || minute_start(record, minute) < *fault.recovered_at + kAftermath);
  });
}

// The worst severity that was there before the incident without any fault: a production may live close to a threshold.
SeverityLevel usual_before(const Record& record, const IncidentRecord& incident) {
  constexpr std::size_t kLookBack = 30;
  const std::size_t first = minute_count(record) == 0 ? 0 : minute_at(record, *incident.times.injected_at);
  SeverityLevel worst = SeverityLevel::p3;
  for (std::size_t minute = first - std::min(first, kLookBack); minute < first; ++minute) {
    if (disturbed(record, incident, minute)) continue;
    worst = std::min(worst, determine_severity(severity_inputs(record, minute), record.declared.severity));
  }
  return worst;
}

std::vector<Crossing> crossings_of(const Record& record, const IncidentRecord& incident) {
  if (!incident.times.injected_at || !reaches_entry(record, incident)) return {};
  Time since = *incident.times.injected_at;
  SeverityLevel usual = usual_before(record, incident);
  if (const SeverityLevel there = severity_before(record, since); there < usual) {
    // It is others' doing; what goes on after it was made good by them is another matter.
    if (const auto mitigated = others_mitigated(record, since)) {
      since = *mitigated;
    } else {
      usual = there;
    }
  }
  auto found = crossings(record, since, faults_end(record, incident) + kAftermath, usual);
  std::erase_if(found, [&](const Crossing& crossing) { return is_of_another(record, incident, crossing.breach); });
  return found;
}

// What breaks an incident before an SLO is missed, or without that.
void take_crossings(IncidentRecord& incident, const Record& record, const std::vector<Crossing>& found) {
  IncidentTimes& times = incident.times;
  if (found.empty() || (times.breached_at && *times.breached_at <= found.front().breach.from)) return;
  std::vector<Breach> all;
  for (const Crossing& crossing : found) all.push_back(crossing.breach);
  const std::optional<Time> to = last_of(record, incident, all).to;
  const bool over = to && (!times.breached_at || times.mitigated_at);
  times.mitigated_at = over ? std::optional(std::max(*to, times.mitigated_at.value_or(*to))) : std::nullopt;
  times.breached_at = all.front().from;
  incident.thresholds_crossed = found.front().thresholds;
}

IncidentRecord make_incident(const Record& record, const DeclaredIncident& declared) {
  IncidentRecord incident;
  incident.id = declared.id;
  incident.title = declared.title;
  incident.faults = declared.faults;
  incident.slo = declared.slo;
  std::set<std::string, std::less<>> hit, loaded, nodes;
  for (const std::string& id : declared.faults) {
    const FaultRecord* fault = record.fault(id);
    if (fault == nullptr) continue;
    hit.insert(fault->services.begin(), fault->services.end());
    loaded.insert(fault->loads.begin(), fault->loads.end());
    nodes.insert(fault->nodes.begin(), fault->nodes.end());
  }
  incident.services.assign(hit.begin(), hit.end());
  incident.nodes.assign(nodes.begin(), nodes.end());
  loaded.insert(hit.begin(), hit.end());
  incident.blast_radius = blast_radius(record, std::vector(loaded.begin(), loaded.end()));
  incident.times.injected_at = first_injection(record, declared.faults);
  return incident;
}

}  // namespace

std::vector<DeclaredIncident> effective_incidents(const Record& record) {
  std::vector<DeclaredIncident> all = record.declared.incidents;
  std::set<std::string, std::less<>> covered;
  for (const DeclaredIncident& incident : all) covered.insert(incident.faults.begin(), incident.faults.end());
  for (const FaultRecord& fault : record.faults) {
    // What was ended at the instant at which it began, and was not seen, was nothing.
    if (fault.injected_at && fault.recovered_at == fault.injected_at && !fault.witness.seen_at) continue;
    if (!covered.contains(fault.id))
      all.push_back({.id = fault.id, .faults = {fault.id}, .slo = {}, .title = {}, .declared = false});
  }
  return all;
}

std::vector<std::string> blast_radius(const Record& record, std::span<const std::string> services) {
  std::set<std::string, std::less<>> hit(services.begin(), services.end());
  for (bool grew = true; grew;) {
    grew = false;
    for (const ServiceSummary& service : record.services) {
      const bool depends =
          std::ranges::any_of(service.dependencies, [&](const auto& name) { return hit.contains(name); });
      if (depends) grew |= hit.insert(service.name).second;
    }
  }
  return {hit.begin(), hit.end()};
}

std::vector<const Slo*> slos_of(const Record& record, const IncidentRecord& incident) {
  std::vector<const Slo*> found;
  for (const Slo& slo : record.declared.slos) {
    const bool named = slo.name == incident.slo;
    const bool within = slo.service.empty() || contains(incident.blast_radius, slo.service);
    if (named || (incident.slo.empty() && within)) found.push_back(&slo);
  }
  return found;
}

bool of_telemetry_alone(const Record& record, const IncidentRecord& incident) {
  return std::ranges::all_of(incident.faults, [&](const std::string& id) {
    const FaultRecord* fault = record.fault(id);
    return fault == nullptr || fault->telemetry.value_or(false);
  });
}

Time faults_end(const Record& record, const IncidentRecord& incident) {
  Time end = incident.times.injected_at.value_or(record.judged_from);
  for (const std::string& id : incident.faults) {
    const FaultRecord* fault = record.fault(id);
    if (fault != nullptr && fault->injected_at) end = std::max(end, fault->recovered_at.value_or(record.judged_to));
  }
  return end;
}

void build_incidents(Record& record) {
  record.incidents.clear();
  for (const DeclaredIncident& declared : effective_incidents(record)) {
    record.incidents.push_back(make_incident(record, declared));
  }
  for (IncidentRecord& incident : record.incidents) take_breaches(record, incident);
  // All are looked for before any is taken: what broke others explains some.
  std::vector<std::vector<Crossing>> found;
  for (const IncidentRecord& incident : record.incidents) found.push_back(crossings_of(record, incident));
  for (std::size_t i = 0; i < found.size(); ++i) take_crossings(record.incidents[i], record, found[i]);
}

std::optional<Time> opened_at(const IncidentRecord& incident) {
  std::optional<Time> first;
  for (const auto& t : {incident.times.breached_at, incident.times.detected_at, incident.times.first_sign_at}) {
    if (t && (!first || *t < *first)) first = t;
  }
  return first;
}

}  // namespace firedrill::incident
