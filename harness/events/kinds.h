// The vocabulary of a run: every kind of event, listed in one table (kinds.cc).
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace firedrill::events {

enum class EventKind {
  phase,
  fault_scheduled,
  fault_injected,
  fault_witnessed,
  fault_ended,
  fault_recovered,
  probe_success,
  probe_failure,
  container_started,
  container_killed,
  container_restarted,
  container_exited,
  container_backoff,
  container_oom_killed,
  endpoint_ready,
  endpoint_unready,
  pod_removed,
  slo_breached,
  slo_recovered,
  alert_pending,
  alert_firing,
  alert_resolved,
  alert_dropped,
  alert_lost,
  alert_expired,
  alert_returned,
  alert_inhibited,
  alert_silenced,
  alert_muted,
  receiver_notified,
  receiver_failed,
  oncall_paged,
  oncall_acknowledged,
  oncall_escalated,
  oncall_handoff,
  oncall_nobody,
  action_taken,
  action_effective,
  action_ineffective,
  severity_changed,
  communication_due,
  communication_posted,
  communication_missed,
  monitor_down,
  monitor_up,
  scrape_failed,
  machine_short,
  machine_enough,
  incident_opened,
  incident_closed,
  note,
};

enum class EventFieldType { text, number, labels };

// What an event carries besides its time, kind and subject.
struct EventFieldSpec {
  std::string_view name;
  EventFieldType type = EventFieldType::text;
  std::string_view doc;
};

struct EventKindSpec {
  EventKind kind;
  std::string_view name;     // as in the record: "fault.injected"
  std::string_view subject;  // what the event's subject is: "the fault's id"
  std::string_view doc;      // one sentence
  std::span<const EventFieldSpec> fields;
  bool recorded = true;  // else it is for those who watch, and no timeline has it: another event tells of it
};

// One row for each kind, in the order of the enumeration.
std::span<const EventKindSpec> event_kinds();
const EventKindSpec& spec_of(EventKind kind);
std::string_view to_string(EventKind kind);
std::optional<EventKind> parse_event_kind(std::string_view name);

}  // namespace firedrill::events
