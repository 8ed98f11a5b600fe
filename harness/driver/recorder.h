// Writes down what a run does, as it happens: the timeline, the ledger of alerts, the faults and the world's truth.
#pragma once

#include <map>
#include <set>
#include <span>
#include <vector>

#include "driver/alert_source.h"
#include "fake_services/faults/fault.h"
#include "fake_services/topology/topology.h"
#include "fake_services/world.h"
#include "incident/record.h"

namespace firedrill::driver {

class Recorder {
 public:
  // The record's window, phases, services and scheduled faults are set already (run.cc); the recorder adds to it.
  // `sends_may_fail`: an alert counts as notified when a send of it has arrived, and what never arrives is held back.
  Recorder(incident::Record& record, const fake_services::Topology& topology, bool sends_may_fail = false);

  void add(std::span<const fake_services::WorldEvent> events);
  void add(std::span<const fake_services::Minute> minutes);
  void add(std::span<const AlertStep> steps, std::span<const incident::RuleRecord> rules);
  // Of the alerts that a dead man's switch waits for; of others only what they mean to the alert is written down.
  void add(std::span<const AlertSend> sends, std::span<const incident::RuleRecord> rules);
  void add(std::span<const MonitorChange> changes);

  // Puts the timeline and the ledger in order. `faults` and `probes` are the state at the end.
  void finish(std::span<const fake_services::FaultState> faults, std::span<const fake_services::ProbeState> probes);

 private:
  void add_pod_event(const fake_services::WorldEvent& event);
  void add_alert_step(const AlertStep& step, const incident::RuleRecord& rule);
  void note_send(const AlertSend& send, const incident::RuleRecord& rule);
  void hold_back(incident::AlertRecord& alert, const AlertStep& step);
  incident::AlertRecord& open_alert(const AlertStep& step, const incident::RuleRecord& rule);
  incident::TruthMinute truth_of(const fake_services::ServiceMinute& minute, std::size_t entry) const;

  incident::Record& record_;
  bool sends_may_fail_;
  std::vector<std::size_t> judged_services_;  // index in the topology of each Record::truth
  // The activations that have not ended, by rule and labels: index into Record::alerts.
  std::map<std::pair<std::size_t, model::Labels>, std::size_t> open_;
  std::set<std::size_t> in_vain_;  // alerts of which a send was lost: index into Record::alerts
  // Our replicas by their pods' names, and what became of them.
  struct Replica {
    std::string service;
    std::string instance;
    int restarts = 0;
  };
  std::map<std::string, Replica, std::less<>> replicas_;
  std::map<std::string, int, std::less<>> ready_;  // by service
  // By pod and probe.
  std::map<std::pair<std::string, std::string>, std::vector<incident::ProbeTransition>> transitions_;
  // Of each Record::truth, the minutes of the last five: requests, failures and users.
  std::vector<std::vector<fake_services::ServiceMinute>> recent_;
};

}  // namespace firedrill::driver
