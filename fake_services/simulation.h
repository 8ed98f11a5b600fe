// The services in virtual time: traffic, pods, faults, actions, and the minutes that come of them. What a monitor sees
// of it stands apart: a watcher shows it.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "events/action.h"
#include "events/sink.h"
#include "fake_services/actions/action_witness.h"
#include "fake_services/actions/holds.h"
#include "fake_services/actions/levers.h"
#include "fake_services/faults/fault_injector.h"
#include "fake_services/faults/observer.h"
#include "fake_services/logs/log_writer.h"
#include "fake_services/pods/pods.h"
#include "fake_services/production.h"
#include "fake_services/traffic/flow.h"
#include "fake_services/traffic/tally.h"
#include "fake_services/watcher.h"
#include "fake_services/world_spec.h"

namespace firedrill::fake_services {

class Simulation : private Levers {
 public:
  // A watcher has to be set before time goes on.
  Simulation(WorldSpec spec, events::Sink& sink);
  // Goes on where the other stands, and tells another sink; with a watcher of its own.
  Simulation(const Simulation& other, events::Sink& sink);
  Simulation& operator=(const Simulation&) = delete;
  void set_watcher(Watcher& watcher) { watcher_ = &watcher; }

  // As in World.
  Time now() const { return now_; }
  Time next_boundary() const;
  void advance_to(Time t);
  void write_last_lines();
  void stop_writing() { log_.reset(); }
  std::expected<void, std::string> apply(const events::Action& action);
  std::vector<FaultState> faults() const { return faults_.states(pods_.lives()); }
  std::vector<ProbeState> probes() { return pods_.states(now_); }
  const MonitorConditions& monitor_conditions() const { return monitor_conditions_; }

  const WorldSpec& spec() const { return spec_; }
  const FlowModel& model() const { return flow_.model(); }
  const Flow& flow() const { return flow_; }
  const Pods& pods() const { return pods_; }
  // Those that are ready; of a third party's, those that its callers reach.
  std::size_t ready_replicas(std::size_t service) const;
  // Of the processes that were there when the run began.
  const std::vector<Time>& started() const { return started_; }
  Production production() { return {flow_, tallies_, pods_, faults_.spans(), certificates_, board_, now_}; }

 private:
  Simulation(const Simulation&) = default;

  void begin();
  Time minute_end() const;
  // How long the steps from t on may be.
  Duration longest_step(Time t) const;
  void process_due();
  void close_minute();
  void set_traffic_conditions();
  void set_traffic_conditions(std::size_t service);
  void set_conditions();
  void disturb(std::size_t service);
  void process_pods();
  bool process_pods_once();
  FlowObserver observer();
  LogSources log_sources() const;
  void end_step_now();
  std::expected<void, std::string> act(const events::Action& action);
  void announce(const events::Action& action);
  void tell_actions();
  // simulation_actions.cc: what people do.
  std::expected<void, std::string> people_act(const events::Action& action, const ActionSpec& spec);
  std::expected<void, std::string> refusal(const events::Action& action, const ActionSpec& spec) const;
  std::expected<void, std::string> have_effect(const events::Action& action, const ActionSpec& spec);
  void have_pending_effects();
  void cure(const events::Action& action, const ActionSpec& spec);
  void end_faults(const std::vector<std::string>& ids);
  void tell_witness_of_end(const events::Action& end);
  void cure_with(std::size_t service, std::size_t replica);
  std::vector<std::size_t> services_of(const events::Action& action, const ActionSpec& spec) const;
  std::size_t index_of(const std::string& service) const;
  Done restart(const std::string& service) override;
  Done roll_back(const std::string& service, std::int64_t revision) override;
  Done scale(const std::string& service, std::int64_t replicas) override;
  Done drain(const std::string& node) override;
  Done shed(const std::string& service, double share, bool probes) override;
  Done limit(const std::string& service, double per_second, bool probes) override;
  Done switch_off(const std::string& service, const std::string& dependency, bool off) override;
  Done warm(const std::string& service, const std::string& dependency) override;
  Done renew_certificate(const std::string& service) override;
  Done silence(const std::string& alert, Duration lasts) override;
  void apply_holds(std::size_t service);
  void add_slot(std::size_t service, std::size_t place);
  void spare_elsewhere(std::size_t pod);

  WorldSpec spec_;
  events::Sink* sink_;
  Watcher* watcher_ = nullptr;
  Flow flow_;
  Tallies tallies_;
  FaultInjector faults_;
  std::vector<events::Action> announced_;  // those that take effect later, in order of time
  // Actions of people that are begun and have not had their effect, in order of that time.
  struct Begun {
    Time effective;
    events::Action action;
  };
  std::vector<Begun> begun_;
  // Faults that are over at a replica when its process is a new one.
  struct Curing {
    std::size_t fault = 0;
    std::size_t service = 0;
    std::vector<bool> waiting;  // by replica
  };
  std::vector<Curing> curing_;
  Holds holds_;
  ActionWitness action_witness_;
  std::size_t cures_ = 0;         // how often what people did has ended faults
  std::optional<LogWriter> log_;  // nothing: none is written
  std::vector<Time> started_;
  Pods pods_;
  // Services of which some pod has left its rest, or whose certificate has expired; sorted.
  std::vector<std::size_t> disturbed_;
  Time now_;
  Time minute_;  // begin of the current one, which in a stride is as long as its steps
  bool stepping_ = false;
  Time step_end_{};
  std::vector<Time> issued_;        // by service: when its certificate expires, Time::max() if it has none
  std::vector<Time> certificates_;  // the same, faults included
  MonitorConditions monitor_conditions_;
  StateBoard board_;
  std::vector<TrafficConditions> traffic_conditions_;  // scratch, as all below
  std::vector<PodConditions> pod_conditions_;
  std::vector<ScrapeConditions> service_scrapes_;
};

}  // namespace firedrill::fake_services
