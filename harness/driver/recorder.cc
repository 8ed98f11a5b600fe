#include "driver/recorder.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/contains.h"
#include "base/duration.h"
#include "base/hash.h"
#include "base/text/format.h"
#include "driver/components/monitoring.h"
#include "driver/phases.h"
#include "driver/truth_minute.h"
#include "events/action.h"
#include "events/monitors.h"
#include "incident/alerts/paging.h"
#include "notify/route/route.h"

namespace firedrill::driver {
namespace {

using events::Event;
using events::EventKind;
using record::HoldKind;

// What a rule found: counted where it is evaluated.
bool is_step(EventKind kind) {
  return kind == EventKind::alert_pending || kind == EventKind::alert_firing || kind == EventKind::alert_resolved;
}

// What the scenario does follows from it: events of faults tell of that.
bool is_of_scenario(const Event& event) {
  return event.kind == EventKind::action_taken && event.text("by") == events::kByScenario;
}
constexpr std::int64_t kBytesOfEvent = 512;

std::vector<std::pair<std::string, std::string>> pairs(const events::Annotations& annotations) {
  std::vector<std::pair<std::string, std::string>> result;
  for (const model::Label& annotation : annotations) result.emplace_back(annotation.name, annotation.value);
  return result;
}

}  // namespace

Recorder::Recorder(record::Record& record, const scenario::LoadedScenario& scenario, Budget* budget)
    : record_(&record),
      sends_may_fail_(monitor_may_fail(scenario)),
      alertmanager_(scenario.alertmanager ? scenario.alertmanager->configuration.get() : nullptr),
      paging_(incident::paging_matchers(record.declared)),
      budget_(budget) {
  const fake_services::Topology& topology = scenario.topology;
  const auto has_slo = [&](const std::string& service) {
    return std::ranges::any_of(record.declared.slos, [&](const auto& slo) { return slo.service == service; });
  };
  for (std::size_t i = 0; i < topology.services.size(); ++i) {
    const auto& service = topology.services[i];
    if (!service.traffic && !has_slo(service.name)) continue;
    judged_services_.push_back(i);
    record_->truth.push_back({service.name, service.traffic.has_value(), {}});
  }
  recent_.resize(judged_services_.size());
  const auto bounds = events::latency_bounds_s();
  record_->latency_bounds_s.assign(bounds.begin(), bounds.end());
}

void Recorder::count_ahead() const {
  if (budget_ == nullptr) return;
  const std::size_t of_minute = sizeof(record::TruthMinute) + record_->latency_bounds_s.size() * sizeof(double);
  const std::int64_t minutes = (record_->judged_to - record_->judged_from) / 1min;
  budget_->take(Bound::record_bytes, minutes * static_cast<std::int64_t>(of_minute * judged_services_.size()));
}

void Recorder::on_event(Event event) {
  if (is_of_scenario(event)) return;
  if (!is_step(event.kind)) take(kBytesOfEvent);
  // Long, and twice: the status page has it, too.
  if (event.kind == EventKind::communication_posted) {
    take(2 * static_cast<std::int64_t>(event.text("text").size()));
  }
  if (events::stops_rules(event)) forget_alerts(event.t);
  note_phase(*record_, event);
  if (event.subject == events::kAlertmanager) note_alertmanager(event);
  if (event.kind == EventKind::oncall_acknowledged) note_acknowledged(event);
  if (event.kind == EventKind::action_taken) note_silence(event);
  if (event.kind == EventKind::probe_success || event.kind == EventKind::probe_failure) {
    transitions_[{event.subject, event.text("probe")}].push_back(
        {event.t, event.kind == EventKind::probe_success, event.text("reason")});
  }
  if (events::spec_of(event.kind).recorded) record_->timeline.push_back(std::move(event));
}

// The alerts of its page that somebody has been called for, and that nobody had acknowledged.
void Recorder::note_acknowledged(const Event& event) {
  const std::vector<std::string> names = record::split_alerts(event.text("alert"));
  for (record::AlertRecord& alert : record_->alerts) {
    const bool called = record_->alertmanager ? alert.paged_at.has_value() : alert.firing_at && pages(alert.labels);
    if (called && !alert.acknowledged_at && !alert.resolved_at && contains(names, alert.alert)) {
      alert.acknowledged_at = event.t;
    }
  }
}

// One that a person sets, behind those that were planned.
void Recorder::note_silence(const Event& event) {
  if (event.subject != to_string(events::ActionKind::silence) || !record_->alertmanager) return;
  constexpr std::string_view kFor = "for=";
  const std::string arguments = event.text("arguments");
  const std::size_t at = arguments.find(kFor);
  const auto lasts =
      at == std::string::npos ? parse_duration("2h") : parse_duration(arguments.substr(at + kFor.size()));
  auto& silences = record_->alertmanager->silences;
  silences.push_back({.id = std::to_string(silences.size() + 1),
                      .matchers = {format("alertname=\"{}\"", event.text("target"))},
                      .from = event.t,
                      .to = std::min(event.t + lasts.value_or(Duration(2h)), record_->judged_to),
                      .comment = "set by a responder"});
}

bool Recorder::pages(const model::Labels& labels) const {
  return std::ranges::all_of(paging_,
                             [&](const model::Matcher& each) { return each.matches(labels.get(each.name())); });
}

void Recorder::on_minute(const events::Minute& minute) {
  for (std::size_t i = 0; i < judged_services_.size(); ++i) {
    auto& recent = recent_[i];
    if (recent.size() == kUsersWindowMinutes) recent.erase(recent.begin());
    recent.push_back(minute.services[judged_services_[i]]);
    if (minute.from < record_->judged_from || minute.from >= record_->judged_to) continue;
    record_->truth[i].minutes.push_back(truth_of(recent, record_->latency_bounds_s));
  }
}

// A monitor that stops does not know its alerts any more.
void Recorder::forget_alerts(Time t) {
  for (const auto& [key, index] : open_) {
    record::AlertRecord& alert = record_->alerts[index];
    if (!alert.forgotten_at) alert.forgotten_at = t;
  }
}

// Silences are in its data; what it has no longer it did not have from its stop on.
void Recorder::note_alertmanager(const Event& event) {
  alertmanager_down_ = event.kind == EventKind::monitor_down;
  if (alertmanager_down_) alertmanager_stopped_ = event.t;
  if (event.kind != EventKind::monitor_up || event.text("reason") != events::kDataLost) return;
  for (record::SilenceRecord& silence : record_->alertmanager->silences) {
    silence.to = std::max(silence.from, std::min(silence.to, alertmanager_stopped_));
  }
}

// One that a monitor finds again that was down goes on if nobody has noticed: else it is another activation.
std::size_t Recorder::open_alert(const events::AlertTransition& transition, const record::RuleRecord& rule) {
  const auto [it, added] = open_.try_emplace({transition.rule, transition.labels}, record_->alerts.size());
  if (!added) {
    record::AlertRecord& known = record_->alerts[it->second];
    if (!known.forgotten_at || known.is_heard()) {
      known.forgotten_at.reset();
      return it->second;
    }
    it->second = record_->alerts.size();
  }
  record::AlertRecord& alert = record_->alerts.emplace_back();
  alert.alert = rule.name;
  alert.labels = transition.labels;
  alert.rule_group = rule.group;
  return it->second;
}

void Recorder::on_send(const events::AlertSend& send) {
  const record::RuleRecord& rule = rules_[send.rule];
  if (!send.received) note_lost(send);
  const bool awaited = std::ranges::any_of(record_->declared.expectations, [&](const record::Expectation& e) {
    return e.kind == "dead_mans_switch" && e.fields.text("alert") == rule.name;
  });
  if (!awaited) return;
  auto it = std::ranges::find_if(record_->sends, [&](const record::SendRecord& known) {
    return known.alert == rule.name && known.labels == send.labels;
  });
  if (it == record_->sends.end()) {
    it = record_->sends.insert(it, {rule.name, send.labels, record::send_spacing(rule.interval), {}});
  }
  record::add_send(*it, send.t, send.received);
}

// Of the sends of one activation in vain, the first.
void Recorder::note_lost(const events::AlertSend& send) {
  const auto it = open_.find({send.rule, send.labels});
  if (it == open_.end()) return;
  record::AlertRecord& alert = record_->alerts[it->second];
  if (alert.held(HoldKind::lost)) return;
  alert.held_back.push_back({send.t, HoldKind::lost, std::string(record::kLostOnTheWay)});
}

void Recorder::on_forgotten(const events::AlertForgotten& forgotten) {
  const auto open = open_.find({forgotten.rule, forgotten.labels});
  if (open == open_.end()) return;
  record::AlertRecord& alert = record_->alerts[open->second];
  if (!alert.forgotten_at) alert.forgotten_at = forgotten.t;
}

void Recorder::end_while_down(record::AlertRecord& alert) const {
  if (!alertmanager_down_ || !alert.resolved_at || *alert.resolved_at < alertmanager_stopped_) return;
  record::Heard& last = alert.heard.back();
  last.to = alert.resolved_at;
  last.expired = false;
}

// To an Alertmanager an activation that begins while it takes the one before to fire is the same alert; here each has
// its own part of that time.
void Recorder::on_status_change(const events::AlertStatusChange& change) {
  const std::pair key{change.rule, change.labels};
  const auto heard = heard_.find(key);
  const auto open = open_.find(key);
  if (change.firing && heard != heard_.end() && open != open_.end() && heard->second == open->second) return;
  if (heard != heard_.end()) {
    record::Heard& last = record_->alerts[heard->second].heard.back();
    last.to = change.t;
    last.expired = change.expired;
    if (!change.firing) end_while_down(record_->alerts[heard->second]);
    heard_.erase(heard);
  }
  if (!change.firing || open == open_.end()) return;
  record::AlertRecord& alert = record_->alerts[open->second];
  alert.heard.push_back({change.t, {}, false});
  if (!alert.received_at) alert.received_at = change.t;
  heard_.emplace(key, open->second);
}

void Recorder::on_transition(const events::AlertTransition& transition) {
  const record::RuleRecord& rule = rules_[transition.rule];
  const std::size_t index = open_alert(transition, rule);
  record::AlertRecord& alert = record_->alerts[index];
  alert.annotations = pairs(transition.annotations);
  alert.value = transition.value;
  switch (transition.to) {
    case events::AlertState::pending:
      if (!alert.pending_at) alert.pending_at = transition.t;
      break;
    case events::AlertState::firing:
      if (alert.firing_at) break;
      note_firing(alert, transition);
      if (alertmanager_ != nullptr && transition.dropped_by.empty()) note_route(transition, index);
      break;
    case events::AlertState::inactive:
      open_.erase({transition.rule, transition.labels});
      alert.resolved_at = transition.t;
      break;
  }
}

void Recorder::note_firing(record::AlertRecord& alert, const events::AlertTransition& transition) const {
  alert.firing_at = transition.t;
  if (!transition.dropped_by.empty()) {
    alert.held_back.push_back({transition.t, HoldKind::dropped, transition.dropped_by});
    return;
  }
  alert.sent_at = transition.t;
  if (!sends_may_fail_) alert.received_at = transition.t;
}

void Recorder::take(std::int64_t bytes) const {
  if (budget_ != nullptr) budget_->take(Bound::record_bytes, bytes);
}

std::vector<std::string> Recorder::receivers_of(const model::Labels& labels) const {
  std::vector<std::string> receivers;
  for (const std::size_t route : notify::match(alertmanager_->routes, labels)) {
    const std::string& receiver = alertmanager_->routes[route].receiver;
    if (!contains(receivers, receiver)) receivers.push_back(receiver);
  }
  return receivers;
}

void Recorder::note_route(const events::AlertTransition& transition, std::size_t index) {
  record_->alerts[index].receivers = receivers_of(transition.labels);
  fired_[transition.labels].push_back(index);
}

record::AlertRecord* Recorder::activation(const model::Labels& labels, Time at) {
  const auto found = fired_.find(labels);
  if (found == fired_.end()) return nullptr;
  for (auto index = found->second.rbegin(); index != found->second.rend(); ++index) {
    record::AlertRecord& alert = record_->alerts[*index];
    if (*alert.firing_at <= at) return &alert;
  }
  return nullptr;
}

namespace {

std::int64_t bytes_of(const events::Notification& notification) {
  constexpr std::size_t kOfAttempt = 160;
  std::size_t bytes = kBytesOfEvent + kOfAttempt * notification.attempts.size();
  for (const events::NotifiedAlert& each : notification.alerts) bytes += sizeof each + each.labels.bytes();
  return static_cast<std::int64_t>(bytes);
}

// What tells payloads apart; each part behind its length, so that no two run into each other.
std::string digest_of(const events::NotificationPayload& payload) {
  std::string all;
  const auto add = [&](const std::string& part) { all += format("{}:{}", part.size(), part); };
  for (const events::NotificationPayload::Field& each : payload.fields) {
    add(each.path);
    add(each.text);
  }
  for (const events::NotificationPayload::Request& each : payload.requests) {
    all += '\n';
    add(each.method);
    add(each.url);
    for (const events::NotificationPayload::Header& header : each.headers) {
      add(header.name);
      add(header.value);
    }
    all += '\n';
    add(each.body);
  }
  return sha256_hex(all);
}

}  // namespace

std::optional<int> Recorder::keep(const events::NotificationPayload& payload) {
  const auto known = payloads_.find(digest_of(payload));
  if (known != payloads_.end()) return known->second;
  auto& kept = record_->alertmanager->payloads;
  const std::size_t bytes = payload.bytes();
  const bool is_full = kept && kept->size() >= record::kMostPayloads;
  if (is_full || payload_bytes_ + bytes > record::kMostPayloadBytes) {
    int& left_out = record_->alertmanager->payloads_left_out ? *record_->alertmanager->payloads_left_out
                                                             : record_->alertmanager->payloads_left_out.emplace(0);
    ++left_out;
    return std::nullopt;
  }
  take(static_cast<std::int64_t>(bytes));
  payload_bytes_ += bytes;
  if (!kept) kept.emplace();
  kept->push_back(payload);
  const int index = static_cast<int>(kept->size()) - 1;
  payloads_.emplace(digest_of(payload), index);
  return index;
}

void Recorder::on_notification(const events::Notification& notification, const events::NotificationPayload* payload) {
  take(bytes_of(notification));
  if (notification.accepted) {
    for (const events::NotifiedAlert& each : notification.alerts) {
      record::AlertRecord* alert = each.status == "firing" ? activation(each.labels, notification.flushed_at) : nullptr;
      if (alert == nullptr) continue;
      if (!alert->notified_at) alert->notified_at = notification.t;
      if (notification.pages && !alert->paged_at) alert->paged_at = notification.t;
    }
  }
  record_->alertmanager->notifications.push_back(notification);
  if (payload != nullptr) record_->alertmanager->notifications.back().payload = keep(*payload);
}

void Recorder::on_hold(const events::AlertHold& hold) {
  record::AlertRecord* alert = activation(hold.labels, hold.t);
  if (alert == nullptr) return;
  const auto known = std::ranges::find_if(alert->held_back, [&](const record::HeldBack& each) {
    return each.how == hold.how && each.by == hold.by && !each.until;
  });
  if (hold.ends) {
    if (known != alert->held_back.end()) known->until = hold.t;
    return;
  }
  if (known != alert->held_back.end()) return;  // in another group of it
  take(kBytesOfEvent);
  // Of one mute after another it is told when all are over.
  const auto place = std::ranges::upper_bound(alert->held_back, hold.t, {}, &record::HeldBack::at);
  alert->held_back.insert(place, {hold.t, hold.how, hold.by});
}

void Recorder::finish(std::span<const fake_services::FaultState> faults,
                      std::span<const fake_services::ProbeState> probes) {
  for (const auto& [key, index] : heard_) end_while_down(record_->alerts[index]);
  for (const fake_services::ProbeState& state : probes) {
    const std::string probe(to_string(state.type));
    record_->probes.push_back({.service = state.service,
                               .instance = state.instance,
                               .probe = probe,
                               .checks = state.checks,
                               .failures = state.failures,
                               .transitions = transitions_[{state.pod, probe}]});
  }
  for (const fake_services::FaultState& state : faults) {
    const auto it = std::ranges::find(record_->faults, state.id, &record::FaultRecord::id);
    if (it == record_->faults.end()) continue;
    it->injected_at = state.injected;
    it->instances = state.pods;
    it->recovered_at = state.ended;
    it->witness.what = state.witness.what;
    if (state.witness.observed) it->witness.seen_at = state.witness.at;
    if (it->at >= record_->judged_to) it->at = state.injected;  // planned for no time: somebody began it
  }
  // A scenario's own faults begin before its end. What stands behind it only somebody begins, and nobody has.
  std::erase_if(record_->faults,
                [&](const record::FaultRecord& fault) { return fault.at >= record_->judged_to && !fault.injected_at; });
  std::ranges::stable_sort(record_->timeline, {}, &Event::t);
}

}  // namespace firedrill::driver
