#include "incident/timeline.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "base/duration.h"
#include "base/format.h"
#include "incident/slo.h"

namespace firedrill::incident {
namespace {

using enum EventFieldType;

constexpr EventFieldSpec kService{"service", text, "the service it happened to"};
constexpr EventFieldSpec kInstance{"instance", text, "the replica"};
constexpr EventFieldSpec kReason{"reason", text, "why, in words"};
constexpr EventFieldSpec kIncident{"incident", text, "the incident it belongs to"};
constexpr EventFieldSpec kAlert{"alert", text, "the alert's name"};
constexpr EventFieldSpec kLabels{"labels", labels, "the alert's labels"};

constexpr std::array kPhase{EventFieldSpec{"until", text, "when the phase ends"}};
constexpr EventFieldSpec kTarget{"target", text, "what the fault hits"};
constexpr std::array kFault{EventFieldSpec{"fault", text, "the kind of fault"}, kTarget,
                            EventFieldSpec{"instances", text, "the replicas, separated by blanks"}};
constexpr std::array kWitnessed{EventFieldSpec{"fault", text, "the kind of fault"}, kTarget,
                                EventFieldSpec{"symptom", text, "what was measured in the traffic"}};
constexpr std::array kProbe{kService, kInstance, EventFieldSpec{"probe", text, "liveness, readiness or startup"},
                            kReason};
constexpr std::array kContainer{kService, kInstance, kReason, EventFieldSpec{"restarts", number, "restarts so far"},
                                EventFieldSpec{"delay_seconds", number, "of a back-off: until the next start"}};
constexpr std::array kEndpoint{kService, kInstance, EventFieldSpec{"ready", number, "ready replicas afterwards"}};
constexpr std::array kSlo{kIncident, kService,
                          EventFieldSpec{"sli", number, "the share of good requests in that minute"},
                          EventFieldSpec{"objective", number, "the share wanted"}};
constexpr std::array kAlertFields{kLabels, EventFieldSpec{"value", number, "of the expression"}};
constexpr std::array kSent{kAlert, EventFieldSpec{"receiver", text, "of the notification"}, kLabels};
constexpr std::array kHeld{kAlert, EventFieldSpec{"by", text, "the alert, silence or time interval that held it back"},
                           kLabels};
constexpr std::array kFailed{kAlert, EventFieldSpec{"receiver", text, "of the notification"}, kReason};
constexpr std::array kOncall{kAlert, kIncident, EventFieldSpec{"tier", text, "of the escalation"}, kReason};
constexpr std::array kAction{kIncident, EventFieldSpec{"by", text, "the person"}, kService, kReason};
constexpr std::array kSeverity{EventFieldSpec{"severity", text, "P0 to P3"},
                               EventFieldSpec{"was", text, "before; empty at first"}, kReason};
constexpr std::array kCommunication{kIncident, EventFieldSpec{"channel", text, "internal or external"},
                                    EventFieldSpec{"text", text, "what was posted"}};
constexpr std::array kMonitor{kReason};
constexpr std::array kOpened{EventFieldSpec{"detected_by", text, "alert, person or nobody; not yet, when it opens"},
                             kReason};
constexpr std::array kNote{kIncident, EventFieldSpec{"by", text, "the person"},
                           EventFieldSpec{"reported", text, "yes: the note reports the incident, which detects it"},
                           EventFieldSpec{"text", text, "what was said"}};

constexpr std::array kKinds{
    EventKindSpec{EventKind::phase, "phase", "the phase's name", "A part of the run begins.", kPhase},
    EventKindSpec{EventKind::fault_scheduled, "fault.scheduled", "the fault's id", "A fault will be injected.", kFault},
    EventKindSpec{EventKind::fault_injected, "fault.injected", "the fault's id", "The injector applied a fault.",
                  kFault},
    EventKindSpec{EventKind::fault_witnessed, "fault.witnessed", "the fault's id",
                  "The fault's symptom was measured in the traffic.", kWitnessed},
    EventKindSpec{EventKind::fault_recovered, "fault.recovered", "the fault's id", "The fault was removed.", kFault},
    EventKindSpec{EventKind::probe_success, "probe.success", "the replica",
                  "A probe's published result turned to success.", kProbe},
    EventKindSpec{EventKind::probe_failure, "probe.failure", "the replica",
                  "A probe's published result turned to failure.", kProbe},
    EventKindSpec{EventKind::container_started, "container.started", "the replica", "A container began to run.",
                  kContainer},
    EventKindSpec{EventKind::container_killed, "container.killed", "the replica", "A container was killed.",
                  kContainer},
    EventKindSpec{EventKind::container_restarted, "container.restarted", "the replica", "A container runs again.",
                  kContainer},
    EventKindSpec{EventKind::container_backoff, "container.backoff", "the replica",
                  "A container waits before it is started again.", kContainer},
    EventKindSpec{EventKind::container_oom_killed, "container.oom_killed", "the replica",
                  "A container was killed for its use of memory.", kContainer},
    EventKindSpec{EventKind::endpoint_ready, "endpoint.ready", "the replica", "A replica takes traffic.", kEndpoint},
    EventKindSpec{EventKind::endpoint_unready, "endpoint.unready", "the replica",
                  "A replica is taken out of the balancing.", kEndpoint},
    EventKindSpec{EventKind::slo_breached, "slo.breached", "the SLO's name",
                  "A service level indicator missed its objective for a minute.", kSlo},
    EventKindSpec{EventKind::slo_recovered, "slo.recovered", "the SLO's name",
                  "The indicator is back within its objective, and stayed there.", kSlo},
    EventKindSpec{EventKind::alert_pending, "alert.pending", "the alert's name", "An alert's expression began to hold.",
                  kAlertFields},
    EventKindSpec{EventKind::alert_firing, "alert.firing", "the alert's name", "An alert fires.", kAlertFields},
    EventKindSpec{EventKind::alert_resolved, "alert.resolved", "the alert's name",
                  "An alert that fired no longer holds.", kAlertFields},
    EventKindSpec{EventKind::notification_sent, "notification.sent", "the receiver", "A notification was handed over.",
                  kSent},
    EventKindSpec{EventKind::notification_inhibited, "notification.inhibited", "the alert's name",
                  "Another alert keeps this one from notifying.", kHeld},
    EventKindSpec{EventKind::notification_silenced, "notification.silenced", "the alert's name",
                  "A silence keeps this alert from notifying.", kHeld},
    EventKindSpec{EventKind::notification_muted, "notification.muted", "the alert's name",
                  "A time interval keeps this alert from notifying.", kHeld},
    EventKindSpec{EventKind::notification_failed, "notification.failed", "the receiver",
                  "A notification did not arrive.", kFailed},
    EventKindSpec{EventKind::oncall_paged, "oncall.paged", "the person", "Somebody is paged.", kOncall},
    EventKindSpec{EventKind::oncall_acknowledged, "oncall.acknowledged", "the person", "Somebody acknowledges.",
                  kOncall},
    EventKindSpec{EventKind::oncall_escalated, "oncall.escalated", "the tier", "The next tier is paged.", kOncall},
    EventKindSpec{EventKind::oncall_handoff, "oncall.handoff", "the person", "A shift begins.", kOncall},
    EventKindSpec{EventKind::oncall_nobody, "oncall.nobody", "the tier", "Nobody is on call.", kOncall},
    EventKindSpec{EventKind::action_taken, "action.taken", "the action", "A person does something.", kAction},
    EventKindSpec{EventKind::action_effective, "action.effective", "the action", "The action helped.", kAction},
    EventKindSpec{EventKind::action_ineffective, "action.ineffective", "the action", "The action did not help.",
                  kAction},
    EventKindSpec{EventKind::severity_changed, "severity.changed", "the incident's id",
                  "An incident's severity changed.", kSeverity},
    EventKindSpec{EventKind::communication_due, "communication.due", "the incident's id", "An update is due.",
                  kCommunication},
    EventKindSpec{EventKind::communication_posted, "communication.posted", "the incident's id", "An update was posted.",
                  kCommunication},
    EventKindSpec{EventKind::communication_missed, "communication.missed", "the incident's id",
                  "An update did not come.", kCommunication},
    EventKindSpec{EventKind::monitor_down, "monitor.down", "the monitor", "Monitoring stopped.", kMonitor},
    EventKindSpec{EventKind::monitor_up, "monitor.up", "the monitor", "Monitoring works again.", kMonitor},
    EventKindSpec{EventKind::incident_opened, "incident.opened", "the incident's id",
                  "An incident is open: it is broken, or it was detected.", kOpened},
    EventKindSpec{EventKind::incident_closed, "incident.closed", "the incident's id",
                  "The cause is removed and the alerts are resolved.", kOpened},
    EventKindSpec{EventKind::note, "note", "what it is about", "Something worth knowing.", kNote},
};
static_assert(kKinds.size() == static_cast<std::size_t>(EventKind::note) + 1);
static_assert(
    [] {
      for (std::size_t i = 0; i < kKinds.size(); ++i) {
        if (kKinds[i].kind != static_cast<EventKind>(i)) return false;
      }
      return true;
    }(),
    "the table is in the order of the enumeration");

std::string what_on_what(const Event& event) {
  const std::string fault = event.text("fault");
  if (fault.empty()) return "";
  const std::string target = event.text("target");
  return target.empty() ? format(" ({})", fault) : format(" ({} on {})", fault, target);
}

std::string alert_text(const Event& event) {
  const EventValue* carried = event.find("labels");
  if (carried == nullptr) return event.subject;
  model::Labels labels = std::get<model::Labels>(*carried);
  labels.remove(model::kAlertName);
  return labels.empty() ? event.subject : format("{} {}", event.subject, labels.to_string());
}

std::string because(const Event& event) {
  const std::string reason = event.text("reason");
  return reason.empty() ? "" : ": " + reason;
}

}  // namespace

std::span<const EventKindSpec> event_kinds() {
  return kKinds;
}

const EventKindSpec& spec_of(EventKind kind) {
  return kKinds[static_cast<std::size_t>(kind)];
}

std::string_view to_string(EventKind kind) {
  return spec_of(kind).name;
}

std::optional<EventKind> parse_event_kind(std::string_view name) {
  const auto it = std::ranges::find(kKinds, name, &EventKindSpec::name);
  return it == kKinds.end() ? std::nullopt : std::optional(it->kind);
}

Event& Event::with(std::string_view name, EventValue value) {
  const auto declared = spec_of(kind).fields;
  const auto row = std::ranges::find(declared, name, &EventFieldSpec::name);
  assert(row != declared.end() && static_cast<std::size_t>(row->type) == value.index());
  const auto place = std::ranges::find_if(fields, [&](const EventField& field) {
    return std::ranges::find(declared, field.name, &EventFieldSpec::name) >= row;
  });
  if (place != fields.end() && place->name == name) {
    place->value = std::move(value);
  } else {
    fields.insert(place, EventField{std::string(name), std::move(value)});
  }
  return *this;
}

const EventValue* Event::find(std::string_view name) const {
  const auto it = std::ranges::find(fields, name, &EventField::name);
  return it == fields.end() ? nullptr : &it->value;
}

std::string Event::text(std::string_view name) const {
  const EventValue* value = find(name);
  const auto* held = value != nullptr ? std::get_if<std::string>(value) : nullptr;
  return held != nullptr ? *held : std::string();
}

double Event::number(std::string_view name) const {
  const EventValue* value = find(name);
  const auto* held = value != nullptr ? std::get_if<double>(value) : nullptr;
  return held != nullptr ? *held : 0;
}

std::string describe(const Event& event) {
  const std::string& s = event.subject;
  switch (event.kind) {
    case EventKind::phase:
      return format("phase: {}", s);
    case EventKind::fault_scheduled:
      return format("fault {} is scheduled{}", s, what_on_what(event));
    case EventKind::fault_injected:
      return format("fault {} injected{}", s, what_on_what(event));
    case EventKind::fault_witnessed:
      return format("fault {} took effect: {}", s, event.text("symptom"));
    case EventKind::fault_recovered:
      return format("fault {} removed{}", s, what_on_what(event));
    case EventKind::probe_success:
      return format("{} probe of {} succeeds{}", event.text("probe"), s, because(event));
    case EventKind::probe_failure:
      return format("{} probe of {} fails{}", event.text("probe"), s, because(event));
    case EventKind::container_started:
      return format("{} started", s);
    case EventKind::container_killed:
      return format("{} killed{}", s, because(event));
    case EventKind::container_restarted:
      return format("{} restarted{}", s, because(event));
    case EventKind::container_backoff:
      return format("{} waits {} before its next start", s,
                    describe_duration(from_seconds(event.number("delay_seconds"))));
    case EventKind::container_oom_killed:
      return format("{} killed for its use of memory", s);
    case EventKind::endpoint_ready:
      return format("{} takes traffic", s);
    case EventKind::endpoint_unready:
      return format("{} is out of the balancing", s);
    case EventKind::slo_breached:
      return format("SLO {} missed: {} of an objective of {}", s, describe_share(event.number("sli")),
                    describe_share(event.number("objective")));
    case EventKind::slo_recovered:
      return format("SLO {} is met again", s);
    case EventKind::alert_pending:
      return format("{} is pending", alert_text(event));
    case EventKind::alert_firing:
      return format("{} fires", alert_text(event));
    case EventKind::alert_resolved:
      return format("{} resolved", alert_text(event));
    case EventKind::notification_sent:
      return format("{} notified of {}", s, event.text("alert"));
    case EventKind::notification_inhibited:
      return format("{} inhibited by {}", s, event.text("by"));
    case EventKind::notification_silenced:
      return format("{} silenced by {}", s, event.text("by"));
    case EventKind::notification_muted:
      return format("{} muted by {}", s, event.text("by"));
    case EventKind::notification_failed:
      return format("notification of {} to {} failed{}", event.text("alert"), s, because(event));
    case EventKind::oncall_paged:
      return format("{} paged ({})", s, event.text("tier"));
    case EventKind::oncall_acknowledged:
      return format("{} acknowledged", s);
    case EventKind::oncall_escalated:
      return format("escalated to {}", s);
    case EventKind::oncall_handoff:
      return format("{} takes over", s);
    case EventKind::oncall_nobody:
      return format("nobody is on call in {}", s);
    case EventKind::action_taken:
      return format("{}: {}", event.text("by"), s);
    case EventKind::action_effective:
      return format("{} helped{}", s, because(event));
    case EventKind::action_ineffective:
      return format("{} did not help{}", s, because(event));
    case EventKind::severity_changed:
      return format("{} is {}{}", s, event.text("severity"), because(event));
    case EventKind::communication_due:
      return format("an update on {} is due", s);
    case EventKind::communication_posted:
      return format("update on {} posted: {}", s, event.text("text"));
    case EventKind::communication_missed:
      return format("update on {} missed", s);
    case EventKind::monitor_down:
      return format("{} is down{}", s, because(event));
    case EventKind::monitor_up:
      return format("{} is up", s);
    case EventKind::incident_opened:
      return format("incident {} opened{}", s, because(event));
    case EventKind::incident_closed:
      return format("incident {} closed{}", s, because(event));
    case EventKind::note:
      return format("{}: {}", s, event.text("text"));
  }
  return s;
}

}  // namespace firedrill::incident
