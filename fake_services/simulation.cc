#include "fake_services/simulation.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "base/text/format.h"
#include "events/event.h"
#include "fake_services/actions/action_table.h"
#include "fake_services/faults/fault_times.h"
#include "fake_services/pods/initial_state.h"
#include "fake_services/pods/uptime.h"

namespace firedrill::fake_services {
namespace {

constexpr Duration kMinute = std::chrono::minutes(1);
// Beyond it traffic would no longer follow the hours of the day.
constexpr Duration kLongestStep = std::chrono::minutes(30);

}  // namespace

Simulation::Simulation(WorldSpec spec, events::Sink& sink)
    : spec_(std::move(spec)),
      sink_(&sink),
      flow_(build_model(spec_.topology, spec_.metrics, spec_.faults, spec_.limited), spec_.seed, spec_.start),
      tallies_(flow_.model(), spec_.seed),
      faults_(spec_.faults, flow_.model(), spec_.seed, spec_.disable_faults),
      holds_(spec_.topology.services.size()),
      action_witness_(spec_.people ? spec_.topology.services.size() : 0),
      started_(started_before(flow_.model(), spec_.seed, spec_.start)),
      pods_(flow_.model(), spec_.seed, started_, spec_.start),
      now_(spec_.start),
      minute_(events::minute_of(spec_.start, spec_.origin)) {
  for (const ServiceModel& m : flow_.model().services) {
    const Time certified = spec_.certified.value_or(spec_.start);
    issued_.push_back(m.spec.certificate ? certified + m.spec.certificate->expires_in : Time::max());
  }
  certificates_ = issued_;
  board_.services.resize(spec_.topology.services.size());
  if (spec_.log_every > Duration(0)) log_.emplace(flow_.model(), spec_.seed, spec_.start, spec_.log_every);
  for (const FaultSpec& fault : spec_.faults) {
    [[maybe_unused]] const auto taken = apply({.t = scheduled_times(fault, spec_.origin).begin,
                                               .kind = events::ActionKind::begin_fault,
                                               .subject = fault.id,
                                               .by = std::string(events::kByScenario)});
    assert(taken);  // ids are unique, and a scenario's faults lie behind its start
  }
  begin();
}

Simulation::Simulation(const Simulation& other, events::Sink& sink) : Simulation(other) {
  sink_ = &sink;
  watcher_ = nullptr;
  tallies_.set_quotas(faults_.quotas());  // those of the copy
}

// In the steady state, in which those do not take part that are not up (initial_state.h).
void Simulation::begin() {
  for (std::size_t i = 0; i < flow_.model().services.size(); ++i) {
    const ServiceSpec& service = flow_.model().services[i].spec;
    if (const InitialPodState initial = initial_state_of(service);
        service.external || (initial.settled && initial.ready))
      continue;
    disturb(i);
    set_traffic_conditions(i);
  }
  pods_.tell_initial_state(now_, *sink_);
  if (log_) log_->note_pods(pods_, now_);
  if (!disturbed_.empty()) flow_.settle(spec_.start);
}

Duration Simulation::longest_step(Time t) const {
  const auto stride = std::ranges::upper_bound(spec_.strides, t, {}, &Stride::until);
  return stride == spec_.strides.end() ? Duration(0) : std::min({stride->step, kLongestStep, stride->until - t});
}

Time Simulation::minute_end() const {
  return minute_ + std::max<Duration>(kMinute, std::chrono::floor<std::chrono::minutes>(longest_step(minute_)));
}

Time Simulation::next_boundary() const {
  Time next = minute_end();
  if (const auto fault = faults_.next_at(); fault && *fault < next) next = *fault;
  for (const Time expiry : certificates_) {
    if (expiry > now_ && expiry < next) next = expiry;
  }
  if (!announced_.empty() && announced_.front().t < next) next = announced_.front().t;
  if (!begun_.empty() && begun_.front().effective < next) next = begun_.front().effective;
  return std::min(next, pods_.next_at());
}

void Simulation::set_traffic_conditions() {
  std::vector<std::size_t> services(faults_.services_hit().begin(), faults_.services_hit().end());
  services.insert(services.end(), disturbed_.begin(), disturbed_.end());
  const std::vector<std::size_t> held = holds_.services();
  services.insert(services.end(), held.begin(), held.end());
  std::ranges::sort(services);
  services.erase(std::ranges::unique(services).begin(), services.end());
  for (const std::size_t service : services) set_traffic_conditions(service);
}

void Simulation::disturb(std::size_t service) {
  const auto at = std::ranges::lower_bound(disturbed_, service);
  if (at == disturbed_.end() || *at != service) disturbed_.insert(at, service);
}

void Simulation::set_traffic_conditions(std::size_t service) {
  faults_.apply(now_, flow_, service, traffic_conditions_);
  if (certificates_[service] <= now_) {
    for (TrafficConditions& replica : traffic_conditions_) {
      for (RequestConditions& route : replica.routes) route.fail_connects(ConnectFailure::untrusted, 1);
    }
  }
  holds_.apply(service, traffic_conditions_);
  pods_.apply(service, now_, traffic_conditions_);
  if (!traffic_conditions_.empty()) flow_.set_traffic_conditions(service, traffic_conditions_);
}

// What faults alone set, beside the replicas' conditions.
void Simulation::set_conditions() {
  for (const std::size_t service : faults_.services_hit()) {
    ServiceConditions conditions = faults_.service_conditions(now_, service);
    holds_.apply(service, conditions);
    certificates_[service] = std::min(issued_[service], conditions.certificate_expiry.value_or(Time::max()));
    flow_.set_conditions(service, conditions);
    if (flow_.model().services[service].spec.external) continue;
    faults_.apply(now_, service, pod_conditions_);
    pods_.set_conditions(service, pod_conditions_, now_);
    faults_.apply(now_, service, service_scrapes_);
    for (std::size_t r = 0; r < service_scrapes_.size(); ++r) {
      watcher_->on_conditions(pods_.index_of(service, r), service_scrapes_[r], production());
    }
  }
  if (log_) log_->note_pods(pods_, now_);
  monitor_conditions_ = faults_.monitor_conditions(now_);
  holds_.apply(monitor_conditions_);
  if (faults_.raises_states()) faults_.apply(now_, pods_, board_);
}

FlowObserver Simulation::observer() {
  return {tallies_,
          flow_,
          pods_,
          watcher_->scrapes(),
          watcher_->monitor_counts(),
          watcher_->alertmanager_counts(),
          certificates_,
          board_,
          now_ - spec_.start,
          now_};
}

LogSources Simulation::log_sources() const {
  return {flow_,
          tallies_,
          pods_,
          faults_,
          watcher_->scrapes(),
          watcher_->monitor_counts(),
          watcher_->alertmanager_counts()};
}

std::size_t Simulation::ready_replicas(std::size_t service) const {
  if (flow_.model().services[service].spec.external) return static_cast<std::size_t>(flow_.service(service).ready);
  return pods_.endpoints(service);
}

// After the faults, which a probe at the same instant meets. A pod that is made now may have something to do at once.
void Simulation::process_pods() {
  do {
    if (process_pods_once()) set_conditions();  // what faults do to the pods that have been made
  } while (pods_.next_at() <= now_);
}

// True if there are other pods than before.
bool Simulation::process_pods_once() {
  const auto add = [this](std::size_t service, std::size_t place) { add_slot(service, place); };
  const Pods::Changes& changes = pods_.process(now_, flow_, *sink_, add);
  for (const std::size_t slot : changes.removed) {
    watcher_->on_pod_removed(slot);
    cure_with(pods_.service_of(slot), pods_.replica_of(slot));
  }
  for (const std::size_t slot : changes.made) {
    spare_elsewhere(slot);
    watcher_->on_pod_made(slot, production());
  }
  for (const std::size_t slot : changes.restarted) {
    const std::size_t service = pods_.service_of(slot);
    const std::size_t replica = pods_.replica_of(slot);
    tallies_.draw(flow_, service, replica, now_);
    tallies_.replica(service, replica).restart();
    watcher_->on_restarted(slot, now_);
    cure_with(service, replica);
  }
  for (const std::size_t service : changes.services) {
    disturb(service);
    set_traffic_conditions(service);
  }
  if (!changes.services.empty()) {
    flow_.disturb();
    if (log_) log_->write_pods(log_sources(), changes, now_, *sink_);
  }
  return !changes.made.empty();
}

// Between two steps: what is due at this instant.
void Simulation::process_due() {
  tell_actions();
  have_pending_effects();
  const bool full_minute = now_ >= minute_end();
  const bool fault_due = faults_.due(now_);
  for (std::size_t i = 0; i < certificates_.size(); ++i) {
    if (certificates_[i] != now_) continue;
    disturb(i);
    set_traffic_conditions(i);
    flow_.disturb();
    if (log_) log_->note_change(now_);
  }
  if (!full_minute && !fault_due) return;
  tallies_.draw_all(flow_, now_);
  if (full_minute) {
    const bool whole = minute_ >= spec_.start;  // the first may have begun before the world did
    close_minute();
    if (whole) faults_.remember(observer());
    if (spec_.people) action_witness_.look(now_, observer(), flow_, *sink_);
    set_traffic_conditions();  // joins classes that have become alike
  }
  // Before anything begins or ends, so that what is counted is all of one sort.
  const auto turn = faults_.schedule().next_at();
  if (log_ && (full_minute || (turn && *turn <= now_))) log_->write(log_sources(), now_, *sink_);
  if (fault_due && faults_.process(now_, observer(), *sink_)) {
    tallies_.set_quotas(faults_.quotas());
    set_conditions();
    set_traffic_conditions();
    flow_.disturb();
  }
}

// Of what is longer than a minute nobody is told.
void Simulation::close_minute() {
  const Time end = minute_end();
  if (end - minute_ > kMinute) {
    tallies_.forget_minute();
  } else {
    const Minute minute = tallies_.close_minute(flow_, minute_);
    if (log_) log_->see(minute);
    sink_->on_minute(minute);
  }
  minute_ = end;
}

void Simulation::advance_to(Time t) {
  assert(t >= now_);
  for (;;) {
    if (!stepping_) {
      process_due();
      process_pods();
      if (faults_.due(now_)) continue;  // one that a new process has rid of its cause
      if (faults_.lingering()) faults_.recover(now_, observer(), *sink_);
      if (now_ >= t) return;
      Time latest = next_boundary();
      if (faults_.schedule().ramping(now_)) {
        set_conditions();
        set_traffic_conditions();
        latest = std::min(latest, now_ + faults_.schedule().ramp_step(now_));
      }
      if (!spec_.strides.empty()) flow_.set_longest(longest_step(now_));
      step_end_ = flow_.begin_step(now_, latest);
      step_end_ = std::min(step_end_, faults_.exhausted_at(now_, flow_).value_or(step_end_));
      stepping_ = true;
    }
    if (step_end_ > t) {
      now_ = t;
      return;
    }
    now_ = step_end_;
    end_step_now();
  }
}

void Simulation::write_last_lines() {
  if (!log_) return;
  if (stepping_) end_step_now();
  tallies_.draw_all(flow_, now_);
  log_->write(log_sources(), now_, *sink_);
  log_->finish(*sink_);
}

void Simulation::end_step_now() {
  const Time begun = flow_.step_begin();
  tallies_.pass(flow_, to_seconds(now_ - begun));
  if (log_) log_->pass(flow_, begun, now_);
  faults_.pass(flow_, begun, now_);
  flow_.end_step(now_);
  stepping_ = false;
}

std::expected<void, std::string> Simulation::apply(const events::Action& action) {
  if (action.t < now_) return std::unexpected("an action cannot take effect in the past");
  auto done = act(action);
  if (!done) return done;
  // The step that is on was reckoned without it.
  if (stepping_) end_step_now();
  announce(action);
  return done;
}

std::expected<void, std::string> Simulation::act(const events::Action& action) {
  switch (action.kind) {
    case events::ActionKind::begin_fault:
      return faults_.schedule().begin(action.subject, action.t);
    case events::ActionKind::end_fault: {
      auto done = faults_.schedule().end(action.subject, action.t);
      if (done) tell_witness_of_end(action);
      return done;
    }
    default:
      return people_act(action, *find_action(action.kind));
  }
}

void Simulation::tell_witness_of_end(const events::Action& end) {
  action_witness_.end_otherwise(end.t, [&](std::size_t service) {
    const auto hitting = faults_.hitting(service, true);
    return std::ranges::any_of(hitting, [&](std::size_t fault) {
      return faults_.schedule().spec(fault).id != end.subject && !faults_.schedule().ends(fault, end.t);
    });
  });
}

// Told when it takes effect. Of a fault that was to begin, or to end, at another time, that is no more; nor does one
// end when it was to that begins at another time.
void Simulation::announce(const events::Action& action) {
  std::erase_if(announced_, [&](const events::Action& other) {
    const bool moot = other.kind == action.kind || action.kind == events::ActionKind::begin_fault;
    return moot && other.subject == action.subject;
  });
  if (action.t <= now_) {
    sink_->on_event(events::event_of(action));
    return;
  }
  announced_.insert(std::ranges::upper_bound(announced_, action.t, {}, &events::Action::t), action);
}

void Simulation::tell_actions() {
  while (!announced_.empty() && announced_.front().t <= now_) {
    const events::Action& action = announced_.front();
    const bool late = action.kind == events::ActionKind::end_fault && faults_.schedule().has_ended(action.subject);
    sink_->on_event(late ? events::without_effect(action, "it had ended already") : events::event_of(action));
    announced_.erase(announced_.begin());
  }
}

}  // namespace firedrill::fake_services
