// Writes down what a run does, as it happens: the timeline, the ledger of alerts, the faults and the world's truth.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "base/bounds/budget.h"
#include "events/sink.h"
#include "fake_services/world.h"
#include "model/matcher.h"
#include "notify/config/config.h"
#include "record/record.h"
#include "scenario/load.h"

namespace firedrill::driver {

class Recorder final : public events::Sink {
 public:
  // The record's window, services and scheduled faults are set already (blank_record); the recorder adds to it.
  // The budget is the command's, for what grows with the world's events and minutes; null: no bound. What alerts take
  // there is counted where they are evaluated.
  Recorder(record::Record& record, const scenario::LoadedScenario& scenario, Budget* budget);
  // Goes on where the other stands, in a copy of its record.
  Recorder(const Recorder& other, record::Record& record) : Recorder(other) { record_ = &record; }

  // Counts the minutes of the judged time, before they are there.
  void count_ahead() const;

  // The rules to which transitions and sends refer, before the first of them.
  void set_rules(std::vector<record::RuleRecord> rules) { rules_ = std::move(rules); }

  void on_event(events::Event event) override;
  void on_minute(const events::Minute& minute) override;
  void on_transition(const events::AlertTransition& transition) override;
  // Of the alerts that a dead man's switch waits for; of others only what they mean to the alert is written down.
  void on_send(const events::AlertSend& send) override;
  void on_forgotten(const events::AlertForgotten& forgotten) override;
  void on_status_change(const events::AlertStatusChange& change) override;
  void on_notification(const events::Notification& notification, const events::NotificationPayload* payload) override;
  void on_hold(const events::AlertHold& hold) override;

  // Puts the timeline and the ledger in order. `faults` and `probes` are the state at the end.
  void finish(std::span<const fake_services::FaultState> faults, std::span<const fake_services::ProbeState> probes);

 private:
  Recorder(const Recorder&) = default;
  void note_lost(const events::AlertSend& send);
  void note_firing(record::AlertRecord& alert, const events::AlertTransition& transition) const;
  void forget_alerts(Time t);
  void note_acknowledged(const events::Event& event);
  void note_silence(const events::Event& event);
  bool pages(const model::Labels& labels) const;
  // Of an Alertmanager that stops, and of one that starts again without its data.
  void note_alertmanager(const events::Event& event);
  // Its index in the record.
  std::size_t open_alert(const events::AlertTransition& transition, const record::RuleRecord& rule);
  std::vector<std::string> receivers_of(const model::Labels& labels) const;
  void note_route(const events::AlertTransition& transition, std::size_t index);
  // What resolved while the Alertmanager was down, which it could not be told, was over then.
  void end_while_down(record::AlertRecord& alert) const;
  // The activation of these labels that an Alertmanager knew at a time; null: none has been seen.
  record::AlertRecord* activation(const model::Labels& labels, Time at);
  void take(std::int64_t bytes) const;
  // Its index among those that are kept; nothing if there is too much.
  std::optional<int> keep(const events::NotificationPayload& payload);

  record::Record* record_;
  bool sends_may_fail_;  // somebody tells what an Alertmanager has; else it has an alert when it fires
  const notify::Configuration* alertmanager_;  // which says where alerts are routed; null: there is none
  Time alertmanager_stopped_{};                // when it did so last
  bool alertmanager_down_ = false;
  std::vector<model::Matcher> paging_;  // where there is none: of the alerts that page
  Budget* budget_;
  std::vector<record::RuleRecord> rules_;
  std::vector<std::size_t> judged_services_;  // index in the topology of each Record::truth
  // By rule and labels, index into Record::alerts: the activations that have not ended, and those that an Alertmanager
  // takes to fire.
  std::map<std::pair<std::size_t, model::Labels>, std::size_t> open_;
  std::map<std::pair<std::size_t, model::Labels>, std::size_t> heard_;
  // With an Alertmanager: the activations that fired, by labels, in order of time.
  std::map<model::Labels, std::vector<std::size_t>> fired_;
  // Index in the record of each payload, and how much they are.
  std::map<std::string, int> payloads_;
  std::size_t payload_bytes_ = 0;
  // Of probes, by pod and probe.
  std::map<std::pair<std::string, std::string>, std::vector<record::ProbeTransition>> transitions_;
  // Of each Record::truth, the minutes of the last five: requests, failures and users.
  std::vector<std::vector<events::ServiceMinute>> recent_;
};

}  // namespace firedrill::driver
