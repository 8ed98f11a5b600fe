#include "events/kinds.h"

#include <algorithm>
#include <array>

namespace firedrill::events {
namespace {

using enum EventFieldType;

constexpr EventFieldSpec kService{"service", text, "the service it happened to"};
constexpr EventFieldSpec kInstance{"instance", text, "the replica"};
constexpr EventFieldSpec kReason{"reason", text, "why, in words"};
constexpr EventFieldSpec kIncident{"incident", text, "the incident it belongs to"};
constexpr EventFieldSpec kAlert{"alert", text, "the alert's name"};
constexpr EventFieldSpec kLabels{"labels", labels, "the alert's labels"};

constexpr std::array kPhase{EventFieldSpec{"until", text, "when it is to end, as far as is known as it begins"}};
constexpr EventFieldSpec kTarget{"target", text, "what the fault hits"};
constexpr std::array kFault{EventFieldSpec{"fault", text, "the kind of fault"}, kTarget,
                            EventFieldSpec{"instances", text, "the replicas, separated by blanks"}};
constexpr std::array kWitnessed{EventFieldSpec{"fault", text, "the kind of fault"}, kTarget,
                                EventFieldSpec{"symptom", text, "what was measured in the traffic"}};
constexpr std::array kProbe{kService, kInstance, EventFieldSpec{"probe", text, "liveness, readiness or startup"},
                            kReason};
constexpr std::array kContainer{kService, kInstance, kReason, EventFieldSpec{"restarts", number, "restarts so far"},
                                EventFieldSpec{"delay_seconds", number, "of a back-off: until the next start"}};
constexpr std::array kKilled{kService, kInstance, kReason, EventFieldSpec{"restarts", number, "restarts so far"},
                             EventFieldSpec{"node", text, "out of touch: its kubelet is told, and hears nothing"}};
constexpr std::array kEndpoint{kService, kInstance, EventFieldSpec{"ready", number, "ready replicas afterwards"}};
constexpr std::array kPod{kService, kInstance};
constexpr std::array kSlo{kIncident, kService,
                          EventFieldSpec{"sli", number, "the share of good requests in that minute"},
                          EventFieldSpec{"objective", number, "the share wanted"}};
constexpr std::array kAlertFields{kLabels, EventFieldSpec{"value", number, "of the expression"}};
constexpr std::array kPending{
    kLabels, EventFieldSpec{"value", number, "of the expression"},
    EventFieldSpec{"since", text, "when it began to hold, of one that a real Prometheus knew before the run"}};
constexpr std::array kResolved{kLabels, EventFieldSpec{"value", number, "of the expression, when it held last"},
                               EventFieldSpec{"was", text, "pending, of one that never fired"}};
constexpr EventFieldSpec kAlerts{"alert", text, "the names of its alerts, separated by commas"};
constexpr EventFieldSpec kIntegration{"integration", text, "the kind of what was to send it"};
constexpr EventFieldSpec kStatus{"status", text, "firing or resolved"};
constexpr std::array kNotified{kAlerts,
                               EventFieldSpec{"labels", labels, "the labels of its group"},
                               kIntegration,
                               kStatus,
                               EventFieldSpec{"firing", number, "how many of its alerts fire"},
                               EventFieldSpec{"resolved", number, "how many of its alerts are over"},
                               kReason};
constexpr std::array kHeld{EventFieldSpec{"by", text, "what held it back"}, kLabels};
constexpr std::array kAtAlertmanager{kLabels};
constexpr std::array kFailed{kAlerts, EventFieldSpec{"labels", labels, "the labels of its group"}, kIntegration,
                             kStatus, kReason};
constexpr std::array kOncall{kAlerts, kIncident, EventFieldSpec{"tier", text, "of the escalation"}, kReason};
constexpr EventFieldSpec kBy{"by", text, "the person; empty: not known"};
constexpr std::array kTaken{kBy,
                            EventFieldSpec{"target", text, "the fault's id, or what it is done to: a service, a node"},
                            EventFieldSpec{"replicas", number, "of a scaling: how many there are to be"},
                            EventFieldSpec{"arguments", text, "what else it is given: share=50%"}};
constexpr std::array kAction{kIncident, kBy, kService, kReason};
constexpr std::array kSeverity{EventFieldSpec{"severity", text, "P0 to P3"},
                               EventFieldSpec{"was", text, "before; empty at first"}, kReason};
constexpr std::array kCommunication{
    kIncident,
    kAlerts,
    EventFieldSpec{"channel", text, "internal or external: the status page"},
    EventFieldSpec{"status", text, "investigating, identified, monitoring or resolved: what the team says"},
    EventFieldSpec{"severity", text, "what the team takes it to be, P0 to P3"},
    EventFieldSpec{"since", text, "when the first page for it was"},
    EventFieldSpec{"components", text, "of the status page: web=major_outage, admin=operational"},
    kBy,
    EventFieldSpec{"next", text, "when the post says that the next one comes; absent: it does not"},
    EventFieldSpec{"title", text, "of the incident, as it was posted"},
    EventFieldSpec{"text", text, "what was posted"},
    kReason};
constexpr std::array kScrape{kService, kReason};
constexpr std::array kMachine{EventFieldSpec{"reason", text, "what was measured in that minute"}};
constexpr std::array kMonitor{kReason, EventFieldSpec{"labels", EventFieldType::labels,
                                                      "by which its alerts are told from another's; absent: by none"}};
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
    EventKindSpec{EventKind::fault_ended, "fault.ended", "the fault's id",
                  "The fault is on no longer; that nothing of what it did is left is told next.", kFault, false},
    EventKindSpec{EventKind::fault_recovered, "fault.recovered", "the fault's id", "The fault was removed.", kFault},
    EventKindSpec{EventKind::probe_success, "probe.success", "the replica",
                  "A probe's published result turned to success.", kProbe},
    EventKindSpec{EventKind::probe_failure, "probe.failure", "the replica",
                  "A probe's published result turned to failure.", kProbe},
    EventKindSpec{EventKind::container_started, "container.started", "the replica", "A container began to run.",
                  kContainer},
    EventKindSpec{EventKind::container_killed, "container.killed", "the replica", "A container was killed.", kKilled},
    EventKindSpec{EventKind::container_restarted, "container.restarted", "the replica", "A container runs again.",
                  kContainer},
    EventKindSpec{EventKind::container_exited, "container.exited", "the replica",
                  "A container ended; its restart or back-off is in the timeline.", kContainer, false},
    EventKindSpec{EventKind::container_backoff, "container.backoff", "the replica",
                  "A container waits before it is started again.", kContainer},
    EventKindSpec{EventKind::container_oom_killed, "container.oom_killed", "the replica",
                  "A container was killed for its use of memory.", kContainer},
    EventKindSpec{EventKind::endpoint_ready, "endpoint.ready", "the replica", "A replica takes traffic.", kEndpoint},
    EventKindSpec{EventKind::endpoint_unready, "endpoint.unready", "the replica",
                  "A replica is taken out of the balancing.", kEndpoint},
    EventKindSpec{EventKind::pod_removed, "pod.removed", "the replica", "A pod was deleted, to be replaced.", kPod,
                  false},
    EventKindSpec{EventKind::slo_breached, "slo.breached", "the SLO's name",
                  "A service level indicator missed its objective for a minute.", kSlo},
    EventKindSpec{EventKind::slo_recovered, "slo.recovered", "the SLO's name",
                  "The indicator is back within its objective, and stayed there.", kSlo},
    EventKindSpec{EventKind::alert_pending, "alert.pending", "the alert's name", "An alert's expression began to hold.",
                  kPending},
    EventKindSpec{EventKind::alert_firing, "alert.firing", "the alert's name", "An alert fires.", kAlertFields},
    EventKindSpec{EventKind::alert_resolved, "alert.resolved", "the alert's name",
                  "An alert's expression no longer holds.", kResolved},
    EventKindSpec{EventKind::alert_dropped, "alert.dropped", "the alert's name",
                  "Relabelling keeps an alert from ever leaving the monitor.", kHeld},
    EventKindSpec{EventKind::alert_lost, "alert.lost", "the alert's name",
                  "What the monitor sent of an alert did not arrive.", kHeld},
    EventKindSpec{EventKind::alert_expired, "alert.expired", "the alert's name",
                  "An Alertmanager takes an alert to be over because it was not sent again.", kAtAlertmanager},
    EventKindSpec{EventKind::alert_returned, "alert.returned", "the alert's name",
                  "An Alertmanager has an alert again that it had taken to be over.", kAtAlertmanager},
    EventKindSpec{EventKind::alert_inhibited, "alert.inhibited", "the alert's name",
                  "Another alert keeps this one from notifying.", kHeld},
    EventKindSpec{EventKind::alert_silenced, "alert.silenced", "the alert's name",
                  "A silence keeps this alert from notifying.", kHeld},
    EventKindSpec{EventKind::alert_muted, "alert.muted", "the alert's name",
                  "A time interval keeps this alert from notifying.", kHeld},
    EventKindSpec{EventKind::receiver_notified, "receiver.notified", "the receiver",
                  "A receiver accepted a notification.", kNotified},
    EventKindSpec{EventKind::receiver_failed, "receiver.failed", "the receiver",
                  "A receiver did not accept a notification.", kFailed},
    EventKindSpec{EventKind::oncall_paged, "oncall.paged", "the person", "Somebody is paged.", kOncall},
    EventKindSpec{EventKind::oncall_acknowledged, "oncall.acknowledged", "the person", "Somebody acknowledges.",
                  kOncall},
    EventKindSpec{EventKind::oncall_escalated, "oncall.escalated", "the tier", "The next tier is paged.", kOncall},
    EventKindSpec{EventKind::oncall_handoff, "oncall.handoff", "the person", "A shift begins.", kOncall},
    EventKindSpec{EventKind::oncall_nobody, "oncall.nobody", "the tier", "Nobody is on call.", kOncall},
    EventKindSpec{EventKind::action_taken, "action.taken", "the action's kind",
                  "What somebody does to the world takes effect.", kTaken},
    EventKindSpec{EventKind::action_effective, "action.effective", "the action", "The action helped.", kAction},
    EventKindSpec{EventKind::action_ineffective, "action.ineffective", "the action", "The action did not help.",
                  kAction},
    EventKindSpec{EventKind::severity_changed, "severity.changed", "the incident's id",
                  "An incident's severity changed.", kSeverity},
    EventKindSpec{EventKind::communication_due, "communication.due", "the incident's id", "An update is due.",
                  kCommunication},
    EventKindSpec{EventKind::communication_posted, "communication.posted", "what the team calls it: inc-1",
                  "A team tells of what it works on.", kCommunication},
    EventKindSpec{EventKind::communication_missed, "communication.missed", "the incident's id",
                  "A post that was asked for did not come in time.", kCommunication},
    EventKindSpec{EventKind::monitor_down, "monitor.down", "the monitor", "Monitoring stopped.", kMonitor},
    EventKindSpec{EventKind::monitor_up, "monitor.up", "the monitor", "Monitoring works again.", kMonitor},
    EventKindSpec{EventKind::scrape_failed, "scrape.failed", "the target's instance",
                  "In a live run a scrape failed, told once for each target and reason.", kScrape},
    EventKindSpec{EventKind::machine_short, "machine.short", "the machine",
                  "A live run got less processor time in the minute before than it asked for.", kMachine},
    EventKindSpec{EventKind::machine_enough, "machine.enough", "the machine",
                  "In the minute before a live run got what it asked for again.", kMachine},
    EventKindSpec{EventKind::incident_opened, "incident.opened", "the incident's id",
                  "An incident is open: it is broken, or it was detected.", kOpened},
    EventKindSpec{EventKind::incident_closed, "incident.closed", "the incident's id",
                  "All is well again, and its alerts are resolved.", kOpened},
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

}  // namespace firedrill::events
