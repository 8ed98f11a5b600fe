#include "driver/recorder.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/format.h"
#include "base/maths.h"

namespace firedrill::driver {
namespace {

using incident::Event;
using incident::EventKind;

constexpr std::size_t kUsersWindowMinutes = 5;
constexpr std::string_view kMonitor = "prometheus";
constexpr std::string_view kAlertmanager = "alertmanager";

// The labels by which teams mark what wakes somebody up, until a routing tree says so exactly.
bool would_page(const model::Labels& labels) {
  constexpr std::array<std::string_view, 4> kPaging{"critical", "page", "emergency", "P0"};
  return std::ranges::find(kPaging, labels.get("severity")) != kPaging.end();
}

std::vector<std::pair<std::string, std::string>> pairs(const alerting::Annotations& annotations) {
  std::vector<std::pair<std::string, std::string>> result;
  for (const model::Label& annotation : annotations) result.emplace_back(annotation.name, annotation.value);
  return result;
}

// Distinct users with at least one of `requests`, when `users` share them evenly and independently.
double distinct_users(double requests, double users) {
  return users > 0 ? users * -maths::expm1(-requests / users) : 0;
}

// The timeline's word for what happened to a pod. A container's own end has none: its restart or back-off tells it.
std::optional<EventKind> kind_of(fake_services::PodEventKind kind) {
  using fake_services::PodEventKind;
  switch (kind) {
    case PodEventKind::container_started:
      return EventKind::container_started;
    case PodEventKind::container_restarted:
      return EventKind::container_restarted;
    case PodEventKind::container_killed:
      return EventKind::container_killed;
    case PodEventKind::container_oom_killed:
      return EventKind::container_oom_killed;
    case PodEventKind::container_backoff:
      return EventKind::container_backoff;
    case PodEventKind::probe_success:
      return EventKind::probe_success;
    case PodEventKind::probe_failure:
      return EventKind::probe_failure;
    case PodEventKind::endpoint_ready:
      return EventKind::endpoint_ready;
    case PodEventKind::endpoint_unready:
      return EventKind::endpoint_unready;
    case PodEventKind::container_exited:
    case PodEventKind::pod_removed:
      return std::nullopt;
  }
  std::unreachable();
}

}  // namespace

Recorder::Recorder(incident::Record& record, const fake_services::Topology& topology, bool sends_may_fail)
    : record_(record), sends_may_fail_(sends_may_fail) {
  const auto has_slo = [&](const std::string& service) {
    return std::ranges::any_of(record.declared.slos, [&](const auto& slo) { return slo.service == service; });
  };
  for (std::size_t i = 0; i < topology.services.size(); ++i) {
    const auto& service = topology.services[i];
    if (!service.traffic && !has_slo(service.name)) continue;
    judged_services_.push_back(i);
    record_.truth.push_back({service.name, service.traffic.has_value(), {}});
  }
  for (const auto& service : topology.services) {
    ready_[service.name] = static_cast<int>(service.replicas);
    for (std::int64_t i = 0; i < (service.external ? 0 : service.replicas); ++i) {
      const std::string pod = format("{}-{}", service.name, i);
      replicas_[pod] = {service.name, format("{}:{}", pod, service.port)};
    }
  }
  recent_.resize(judged_services_.size());
  const auto bounds = fake_services::latency_bounds();
  record_.latency_bounds.assign(bounds.begin(), bounds.end());
}

void Recorder::add(std::span<const fake_services::WorldEvent> events) {
  using fake_services::WorldEventKind;
  for (const fake_services::WorldEvent& event : events) {
    if (event.kind == WorldEventKind::pod) {
      add_pod_event(event);
      continue;
    }
    Event entry;
    entry.t = event.at;
    entry.subject = event.subject;
    const incident::FaultRecord* fault = record_.fault(event.subject);
    switch (event.kind) {
      case WorldEventKind::fault_injected:
        entry.kind = EventKind::fault_injected;
        break;
      case WorldEventKind::fault_ended:
        entry.kind = EventKind::fault_recovered;
        break;
      case WorldEventKind::fault_witnessed:
        entry.kind = EventKind::fault_witnessed;
        break;
      case WorldEventKind::pod:
        break;
    }
    if (fault != nullptr) {
      entry.with("fault", fault->kind).with("target", fault->target);
      if (entry.kind == EventKind::fault_witnessed) entry.with("symptom", event.what);
    }
    record_.timeline.push_back(std::move(entry));
  }
}

void Recorder::add_pod_event(const fake_services::WorldEvent& event) {
  const fake_services::PodEvent& pod = event.pod;
  const auto kind = kind_of(pod.kind);
  if (!kind) return;
  Replica& replica = replicas_[event.subject];
  const std::string& service = replica.service;
  Event entry{.t = event.at, .kind = *kind, .subject = event.subject, .fields = {}};
  entry.with("service", service).with("instance", replica.instance);
  switch (*kind) {
    case EventKind::probe_success:
    case EventKind::probe_failure: {
      const std::string probe(to_string(pod.probe));
      entry.with("probe", probe);
      transitions_[{event.subject, probe}].push_back({event.at, *kind == EventKind::probe_success, pod.detail});
      if (!pod.detail.empty()) entry.with("reason", pod.detail);
      break;
    }
    case EventKind::endpoint_ready:
    case EventKind::endpoint_unready:
      ready_[service] += *kind == EventKind::endpoint_ready ? 1 : -1;
      entry.with("ready", static_cast<double>(ready_[service]));
      break;
    case EventKind::container_backoff:
      entry.with("restarts", static_cast<double>(replica.restarts)).with("delay_seconds", to_seconds(pod.delay));
      break;
    default:
      if (*kind == EventKind::container_restarted) ++replica.restarts;
      if (!pod.detail.empty()) entry.with("reason", pod.detail);
      entry.with("restarts", static_cast<double>(replica.restarts));
  }
  record_.timeline.push_back(std::move(entry));
}

void Recorder::add(std::span<const fake_services::Minute> minutes) {
  for (const fake_services::Minute& minute : minutes) {
    for (std::size_t i = 0; i < judged_services_.size(); ++i) {
      auto& recent = recent_[i];
      if (recent.size() == kUsersWindowMinutes) recent.erase(recent.begin());
      recent.push_back(minute.services[judged_services_[i]]);
      if (minute.from < record_.judged_from || minute.from >= record_.judged_to) continue;
      record_.truth[i].minutes.push_back(truth_of(recent.back(), i));
    }
  }
}

incident::TruthMinute Recorder::truth_of(const fake_services::ServiceMinute& minute, std::size_t entry) const {
  incident::TruthMinute truth;
  truth.requests = minute.requests;
  truth.errors = minute.errors;
  truth.p50 = fake_services::latency_quantile(minute.latency, 0.50);
  truth.p95 = fake_services::latency_quantile(minute.latency, 0.95);
  truth.p99 = fake_services::latency_quantile(minute.latency, 0.99);
  truth.buckets.assign(minute.latency.begin(), minute.latency.end());
  truth.checks = minute.checks;
  truth.checks_passed = minute.checks - minute.checks_failed;
  double requests = 0, errors = 0;
  for (const auto& one : recent_[entry]) {
    requests += one.requests;
    errors += one.errors;
  }
  truth.users = distinct_users(requests, minute.users);
  truth.users_affected = distinct_users(errors, minute.users);
  return truth;
}

void Recorder::add(std::span<const AlertStep> steps, std::span<const incident::RuleRecord> rules) {
  for (const AlertStep& step : steps) add_alert_step(step, rules[step.rule]);
}

incident::AlertRecord& Recorder::open_alert(const AlertStep& step, const incident::RuleRecord& rule) {
  const auto [it, added] = open_.try_emplace({step.rule, step.labels}, record_.alerts.size());
  if (added) {
    incident::AlertRecord& alert = record_.alerts.emplace_back();
    alert.alert = rule.name;
    alert.labels = step.labels;
    alert.rule_group = rule.group;
    alert.page = would_page(step.labels);
  }
  return record_.alerts[it->second];
}

void Recorder::add(std::span<const AlertSend> sends, std::span<const incident::RuleRecord> rules) {
  for (const AlertSend& send : sends) {
    const incident::RuleRecord& rule = rules[send.rule];
    if (sends_may_fail_) note_send(send, rule);
    const bool awaited = std::ranges::any_of(record_.declared.expectations, [&](const incident::Expectation& e) {
      return e.kind == "dead_mans_switch" && e.fields.text("alert") == rule.name;
    });
    if (!awaited) continue;
    auto it = std::ranges::find_if(record_.sends, [&](const incident::SendRecord& known) {
      return known.alert == rule.name && known.labels == send.labels;
    });
    if (it == record_.sends.end()) {
      it = record_.sends.insert(it, {rule.name, send.labels, incident::send_spacing(rule.interval), {}});
    }
    incident::add_send(*it, send.t, send.received);
  }
}

// Of the sends of one activation in vain, the first is told.
void Recorder::note_send(const AlertSend& send, const incident::RuleRecord& rule) {
  const auto it = open_.find({send.rule, send.labels});
  if (it == open_.end()) return;
  incident::AlertRecord& alert = record_.alerts[it->second];
  if (send.received) {
    if (!alert.notified_at) alert.notified_at = send.t;
    return;
  }
  if (!in_vain_.insert(it->second).second) return;
  Event event{.t = send.t, .kind = EventKind::notification_failed, .subject = std::string(kAlertmanager), .fields = {}};
  event.with("alert", rule.name).with("reason", std::string("the send did not arrive"));
  record_.timeline.push_back(std::move(event));
}

void Recorder::add(std::span<const MonitorChange> changes) {
  for (const MonitorChange& change : changes) {
    Event event{.t = change.t,
                .kind = change.down ? EventKind::monitor_down : EventKind::monitor_up,
                .subject = std::string(kMonitor),
                .fields = {}};
    record_.timeline.push_back(std::move(event));
  }
}

void Recorder::add_alert_step(const AlertStep& step, const incident::RuleRecord& rule) {
  incident::AlertRecord& alert = open_alert(step, rule);
  alert.annotations = pairs(step.annotations);
  alert.value = step.value;
  Event event;
  event.t = step.t;
  event.subject = alert.alert;
  switch (step.to) {
    case alerting::AlertState::pending:
      alert.pending_at = step.t;
      event.kind = EventKind::alert_pending;
      break;
    case alerting::AlertState::firing:
      alert.firing_at = step.t;
      event.kind = EventKind::alert_firing;
      if (!step.dropped_by.empty()) hold_back(alert, step);
      break;
    case alerting::AlertState::inactive:
      open_.erase({step.rule, step.labels});
      alert.resolved_at = step.t;
      if (step.from != alerting::AlertState::firing) return;  // it never became an alert
      event.kind = EventKind::alert_resolved;
      break;
  }
  event.with("labels", step.labels).with("value", step.value);
  record_.timeline.push_back(std::move(event));
}

// It fires, and nobody outside the monitor will ever hear of it.
void Recorder::hold_back(incident::AlertRecord& alert, const AlertStep& step) {
  alert.muted_at = step.t;
  alert.held_back_by = step.dropped_by;
  alert.page = false;
  Event event{.t = step.t, .kind = EventKind::notification_muted, .subject = alert.alert, .fields = {}};
  event.with("labels", step.labels).with("by", step.dropped_by);
  record_.timeline.push_back(std::move(event));
}

void Recorder::finish(std::span<const fake_services::FaultState> faults,
                      std::span<const fake_services::ProbeState> probes) {
  for (const fake_services::ProbeState& state : probes) {
    const std::string probe(to_string(state.type));
    record_.probes.push_back({.service = state.service,
                              .instance = replicas_[state.pod].instance,
                              .probe = probe,
                              .checks = state.checks,
                              .failures = state.failures,
                              .transitions = transitions_[{state.pod, probe}]});
  }
  for (const fake_services::FaultState& state : faults) {
    const auto it = std::ranges::find(record_.faults, state.id, &incident::FaultRecord::id);
    if (it == record_.faults.end()) continue;
    it->injected_at = state.injected;
    it->instances = state.pods;
    it->recovered_at = state.ended;
    it->witness.what = state.witness.what;
    if (state.witness.observed) it->witness.seen_at = state.witness.at;
  }
  for (incident::AlertRecord& alert : record_.alerts) {
    if (!sends_may_fail_ || !alert.firing_at || alert.notified_at || !alert.held_back_by.empty()) continue;
    alert.held_back_by = "no send of it arrived";
    alert.page = false;
  }
  std::ranges::stable_sort(record_.timeline, {}, &Event::t);
}

}  // namespace firedrill::driver
