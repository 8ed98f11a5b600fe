// Events in words.
#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "events/event.h"

namespace firedrill::events {
namespace {

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

// "ada: scale checkout to 5"; "begin fault db-refuses" where nobody is named.
std::string action_text(const Event& event) {
  const std::string by = event.text("by");
  std::string out = format("{}{} {}", by.empty() ? by : by + ": ", event.subject, event.text("target"));
  if (event.find("replicas") != nullptr) out += format(" to {:.0f}", event.number("replicas"));
  const std::string arguments = event.text("arguments");
  return arguments.empty() ? out : out + " " + arguments;
}

// "status page, inc-1, identified: Checkout fails for many …".
std::string posted_text(const Event& event) {
  const std::string status = event.text("status");
  const std::string where = event.text("channel") == "internal" ? "internal post" : "status page";
  return format("{}, {}{}{}: {}", where, event.subject, status.empty() ? "" : ", ", status, event.text("text"));
}

// "pager notified of DatabaseDown, 2 firing (first notification)".
std::string notified_text(const Event& event) {
  const auto count = [&](std::string_view field) {
    const double n = event.number(field);
    return n > 0 ? format(", {:.0f} {}", n, field) : std::string();
  };
  std::string out = format("{} notified of {}", event.subject, event.text("alert"));
  if (event.find("status") == nullptr) return out;
  out += count("firing") + count("resolved");
  const std::string reason = event.text("reason");
  return reason.empty() ? out : format("{} ({})", out, reason);
}

std::string because(const Event& event) {
  const std::string reason = event.text("reason");
  return reason.empty() ? "" : ": " + reason;
}

// What somebody is on call as: people's names stand in the record alone.
std::string role(const Event& event) {
  const std::string tier = event.text("tier");
  return tier.empty() ? event.subject : tier;
}

std::string for_alerts(const Event& event) {
  const std::string alerts = event.text("alert");
  return alerts.empty() ? "" : " for " + alerts;
}

}  // namespace

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
    case EventKind::fault_ended:
      return format("fault {} ended{}", s, what_on_what(event));
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
    case EventKind::container_exited:
      return format("{} ended{}", s, because(event));
    case EventKind::container_backoff:
      return format("{} waits {} before its next start", s,
                    describe_duration(from_seconds(event.number("delay_seconds"))));
    case EventKind::container_oom_killed:
      return format("{} killed for its use of memory", s);
    case EventKind::endpoint_ready:
      return format("{} takes traffic", s);
    case EventKind::endpoint_unready:
      return format("{} is out of the balancing", s);
    case EventKind::pod_removed:
      return format("{} is deleted", s);
    case EventKind::slo_breached:
      return format("SLO {} missed: {} of an objective of {}", s, describe_share(event.number("sli")),
                    describe_share(event.number("objective")));
    case EventKind::slo_recovered:
      return format("SLO {} is met again", s);
    case EventKind::alert_pending:
      return event.find("since") == nullptr
                 ? format("{} is pending", alert_text(event))
                 : format("{} is pending, and has been since {}", alert_text(event), event.text("since"));
    case EventKind::alert_firing:
      return format("{} fires", alert_text(event));
    case EventKind::alert_resolved:
      return event.text("was") == "pending" ? format("{} is no longer pending", alert_text(event))
                                            : format("{} resolved", alert_text(event));
    case EventKind::alert_dropped:
      return format("{} dropped by {}", s, event.text("by"));
    case EventKind::alert_lost:
      return format("{} lost: {}", s, event.text("by"));
    case EventKind::alert_expired:
      return format("{} expired: it was not sent again in time", alert_text(event));
    case EventKind::alert_returned:
      return format("{} is there again", alert_text(event));
    case EventKind::alert_inhibited:
      return format("{} inhibited by {}", alert_text(event), event.text("by"));
    case EventKind::alert_silenced:
      return format("{} silenced by {}", alert_text(event), event.text("by"));
    case EventKind::alert_muted:
      return format("{} muted by {}", alert_text(event), event.text("by"));
    case EventKind::receiver_notified:
      return notified_text(event);
    case EventKind::receiver_failed:
      return format("{} did not accept {}{}", s, event.text("alert"), because(event));
    case EventKind::oncall_paged:
      return format("{} paged{}", role(event), for_alerts(event));
    case EventKind::oncall_acknowledged:
      return format("{} acknowledged{}", role(event), for_alerts(event));
    case EventKind::oncall_escalated:
      return format("escalated to {}{}", s, because(event));
    case EventKind::oncall_handoff:
      return format("{}: a new shift begins", role(event));
    case EventKind::oncall_nobody:
      return format("nobody is on call as {}", s);
    case EventKind::action_taken:
      return action_text(event);
    case EventKind::action_effective:
      return format("{} helped{}", s, because(event));
    case EventKind::action_ineffective:
      return format("{} did not help{}", s, because(event));
    case EventKind::severity_changed:
      return format("{} is {}{}", s, event.text("severity"), because(event));
    case EventKind::communication_due:
      return format("an update on {} is due", s);
    case EventKind::communication_posted:
      return posted_text(event);
    case EventKind::communication_missed:
      return format("post on {} missed{}", s, because(event));
    case EventKind::monitor_down:
      return format("{} is down{}", s, because(event));
    case EventKind::monitor_up:
      return format("{} is up{}", s, because(event));
    case EventKind::scrape_failed:
      return format("scrape of {} fails{}", s, because(event));
    case EventKind::machine_short:
      return format("{} is short of processors: in the last minute {}", s, event.text("reason"));
    case EventKind::machine_enough:
      return format("{} has processors enough again: in the last minute {}", s, event.text("reason"));
    case EventKind::incident_opened:
      return format("incident {} opened{}", s, because(event));
    case EventKind::incident_closed:
      return format("incident {} closed{}", s, because(event));
    case EventKind::note:
      return format("{}: {}", s, event.text("text"));
  }
  return s;
}

}  // namespace firedrill::events
