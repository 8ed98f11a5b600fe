// The timeline: everything that happened in a run, in order, as events of the kinds listed in one table (timeline.cc).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.h"
#include "model/labels.h"

namespace firedrill::incident {

enum class EventKind {
  phase,
  fault_scheduled,
  fault_injected,
  fault_witnessed,
  fault_recovered,
  probe_success,
  probe_failure,
  container_started,
  container_killed,
  container_restarted,
  container_backoff,
  container_oom_killed,
  endpoint_ready,
  endpoint_unready,
  slo_breached,
  slo_recovered,
  alert_pending,
  alert_firing,
  alert_resolved,
  notification_sent,
  notification_inhibited,
  notification_silenced,
  notification_muted,
  notification_failed,
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
};

// One row for each kind, in the order of the enumeration.
std::span<const EventKindSpec> event_kinds();
const EventKindSpec& spec_of(EventKind kind);
std::string_view to_string(EventKind kind);
std::optional<EventKind> parse_event_kind(std::string_view name);

using EventValue = std::variant<std::string, double, model::Labels>;

struct EventField {
  std::string name;
  EventValue value;
  bool operator==(const EventField&) const = default;
};

struct Event {
  Time t;
  EventKind kind = EventKind::note;
  std::string subject;
  std::vector<EventField> fields;  // only those that the kind's row declares, in its order

  // Adds what the event carries; the name and type must be among those that the kind declares (assertion).
  Event& with(std::string_view name, EventValue value);
  // Null if the event does not carry it.
  const EventValue* find(std::string_view name) const;
  // Empty, or 0, if the event does not carry it.
  std::string text(std::string_view name) const;
  double number(std::string_view name) const;
  bool operator==(const Event&) const = default;
};

// The event in words, for people: "fault db-refuses took effect (connection_refused on postgres)".
std::string describe(const Event& event);

}  // namespace firedrill::incident
