// Builds incidents from what happened: declared ones, or one for each fault; what they hit, when they were broken,
// which alerts are theirs, how severe they were.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "record/record.h"

namespace firedrill::incident {

// Those declared, then one for each fault that none of them names.
std::vector<record::DeclaredIncident> effective_incidents(const record::Record& record);

// The services and everything that depends on them, however indirectly; sorted.
std::vector<std::string> blast_radius(const record::Record& record, std::span<const std::string> services);

// The SLOs that say what counts as broken: the one it names; else those of services within its blast radius, and those
// of all entry points.
std::vector<const record::Slo*> slos_of(const record::Record& record, const record::IncidentRecord& incident);

// How long after its faults an incident may begin to show: containers restart with back-off, caches fill again, queues
// drain.
inline constexpr Duration kAftermath = 10min;

// All its faults hit what is told of services, which are as healthy as before: nothing that users see is its doing.
bool of_telemetry_alone(const record::Record& record, const record::IncidentRecord& incident);

// When the last of its faults was removed; the run's end if one never was.
Time faults_end(const record::Record& record, const record::IncidentRecord& incident);

// Fills record.incidents but for what alerts decide: faults, blast radius, injected, breached and mitigated. A breach
// is an incident's if it begins while its faults last or in their aftermath, and no fault that hits the same objective
// was injected since in another incident. A severity threshold that is crossed (crossings.h) before an objective is
// missed, or without that, breaks an incident that reaches an entry point, on the same terms, unless what broke another
// incident since explains it; it is mitigated when both are over.
void build_incidents(record::Record& record);

// Fills incident, attribution, injected_at and breached_at of every alert of the record. An alert belongs to the
// incident whose expectations name it, else to the one whose blast radius holds the service that its labels tell of, or
// whose zones hold its `node`; of several, to the one injected last before its expression began to hold. One that has
// none of these labels (a sum over everything, or by route) belongs to the only incident that was going on. What held
// before the injection is none of its effects, and what began to hold when the incident was long over (its faults
// removed, its objectives met, and the alert's rule no longer looking back on it) goes to one that was not, if there is
// one; else an expectation that names it has its say.
void attribute_alerts(record::Record& record);

// Whether none of its labels may tell of a service or a machine.
bool tells_of_nothing(const model::Labels& labels);
// Why an alert of no incident is not that of one of those going on, where its labels are the reason; else empty.
std::string why_spurious(const record::Record& record, const record::AlertRecord& alert);

// Whether an event of a page belongs to the incident: by its id, or by an alert of it that was there.
bool concerns(const record::Record& record, const record::IncidentRecord& incident, const events::Event& event);

// Detection, notification, resolution, severity, impact, measures: needs the attribution.
void complete_incidents(record::Record& record);

// When the incident opened: broken or detected, whichever came first. Nothing if it never was either.
std::optional<Time> opened_at(const record::IncidentRecord& incident);

}  // namespace firedrill::incident
