#include "fake_services/world.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "base/text/format.h"
#include "events/event.h"
#include "fake_services/faults/fault_schedule.h"
#include "fake_services/faults/fault_times.h"
#include "fake_services/faults/observer.h"
#include "fake_services/pods/initial_state.h"
#include "fake_services/pods/pods.h"
#include "fake_services/telemetry/exposition.h"
#include "fake_services/traffic/flow.h"
#include "fake_services/traffic/tally.h"

namespace firedrill::fake_services {
namespace {

constexpr Duration kMinute = std::chrono::minutes(1);
constexpr std::int64_t kMostReplicas = 1000;  // as of a service in a topology

}  // namespace

struct World::Impl {
  Impl(WorldSpec given, events::Sink& told)
      : spec(std::move(given)),
        sink(&told),
        flow(build_model(spec.topology, spec.metrics, spec.faults), spec.seed, spec.start),
        tallies(flow.model(), spec.seed),
        schedule(spec.faults, flow.model(), spec.seed, spec.disable_faults),
        exposition(spec.metrics, spec.faults, flow.model(), {spec.seed, spec.start, spec.kubernetes}),
        now(spec.start),
        minute(std::chrono::floor<std::chrono::minutes>(spec.start)) {
    pods.emplace(flow.model(), spec.seed, exposition.started(), spec.start);
    for (const ServiceModel& m : flow.model().services) {
      issued.push_back(m.spec.certificate ? spec.start + m.spec.certificate->expires_in : Time::max());
    }
    certificates = issued;
    for (const FaultSpec& fault : spec.faults) {
      [[maybe_unused]] const auto taken = apply({.t = scheduled_times(fault, spec.origin).begin,
                                                 .kind = events::ActionKind::begin_fault,
                                                 .subject = fault.id,
                                                 .by = std::string(events::kByScenario)});
      assert(taken);  // ids are unique, and a scenario's faults lie behind its start
    }
    begin();
  }

  void begin();
  Time next_boundary() const;
  void process_due();
  void set_traffic_conditions();
  void set_traffic_conditions(std::size_t service);
  void set_conditions();
  void disturb(std::size_t service);
  void process_pods();
  void process_pods_once();
  Observer observer();
  Production production() { return {flow, tallies, *pods, schedule.spans(), certificates, now}; }
  void advance_to(Time t);
  void end_step_now();
  std::expected<void, std::string> apply(const events::Action& action);
  std::expected<void, std::string> act(const events::Action& action);
  void announce(const events::Action& action);
  void tell_actions();
  std::expected<std::size_t, std::string> deployment(const events::Action& action) const;
  std::expected<void, std::string> restart(const events::Action& action);
  std::expected<void, std::string> scale(const events::Action& action);
  void add_replica(std::size_t service);

  WorldSpec spec;
  events::Sink* sink;
  Flow flow;
  Tallies tallies;
  FaultSchedule schedule;
  std::vector<events::Action> announced;  // those that take effect later, in order of time
  Exposition exposition;
  std::optional<Pods> pods;
  // Services of which some pod has left its rest, or whose certificate has expired; sorted.
  std::vector<std::size_t> disturbed;
  Time now;
  Time minute;  // begin of the current one
  bool stepping = false;
  Time step_end{};
  std::vector<Time> issued;        // by service: when its certificate expires, Time::max() if it has none
  std::vector<Time> certificates;  // the same, faults included
  MonitorConditions monitor_conditions;
  MonitorCounts monitor_counts;
  std::vector<TrafficConditions> traffic_conditions;  // scratch, as all below
  std::vector<PodConditions> pod_conditions;
  std::vector<ScrapeConditions> service_scrapes;
};

// In the steady state, in which those do not take part that are not up (initial_state.h).
void World::Impl::begin() {
  for (std::size_t i = 0; i < flow.model().services.size(); ++i) {
    const ServiceSpec& service = flow.model().services[i].spec;
    if (const InitialPodState initial = initial_state_of(service);
        service.external || (initial.settled && initial.ready))
      continue;
    disturb(i);
    set_traffic_conditions(i);
  }
  pods->tell_initial_state(now, *sink);
  if (!disturbed.empty()) flow.settle(spec.start);
}

Time World::Impl::next_boundary() const {
  Time next = minute + kMinute;
  if (const auto fault = schedule.next_at(); fault && *fault < next) next = *fault;
  for (const Time expiry : certificates) {
    if (expiry > now && expiry < next) next = expiry;
  }
  return std::min(next, pods->next_at());
}

void World::Impl::set_traffic_conditions() {
  std::vector<std::size_t> services(schedule.services_hit().begin(), schedule.services_hit().end());
  services.insert(services.end(), disturbed.begin(), disturbed.end());
  std::ranges::sort(services);
  services.erase(std::ranges::unique(services).begin(), services.end());
  for (const std::size_t service : services) set_traffic_conditions(service);
}

void World::Impl::disturb(std::size_t service) {
  const auto at = std::ranges::lower_bound(disturbed, service);
  if (at == disturbed.end() || *at != service) disturbed.insert(at, service);
}

void World::Impl::set_traffic_conditions(std::size_t service) {
  schedule.apply(now, flow, service, traffic_conditions);
  if (certificates[service] <= now) {
    for (TrafficConditions& replica : traffic_conditions) {
      for (RequestConditions& route : replica.routes) route.fail_connects(ConnectFailure::untrusted, 1);
    }
  }
  pods->apply(service, traffic_conditions);
  if (!traffic_conditions.empty()) flow.set_traffic_conditions(service, traffic_conditions);
}

// What faults alone set, beside the replicas' conditions.
void World::Impl::set_conditions() {
  for (const std::size_t service : schedule.services_hit()) {
    const ServiceConditions conditions = schedule.service_conditions(now, service);
    certificates[service] = std::min(issued[service], conditions.certificate_expiry.value_or(Time::max()));
    flow.set_conditions(service, conditions);
    if (flow.model().services[service].spec.external) continue;
    schedule.apply(now, service, pod_conditions);
    pods->set_conditions(service, pod_conditions, now);
    schedule.apply(now, service, service_scrapes);
    for (std::size_t r = 0; r < service_scrapes.size(); ++r) {
      exposition.disturb(pods->index_of(service, r), service_scrapes[r], production());
    }
  }
  monitor_conditions = schedule.monitor_conditions(now);
}

Observer World::Impl::observer() {
  return {tallies, flow, *pods, exposition.tallies(), monitor_counts, certificates, now - spec.start, now};
}

// After the faults, which a probe at the same instant meets. A pod that is made now may have something to do at once.
void World::Impl::process_pods() {
  do {
    process_pods_once();
  } while (pods->next_at() <= now);
}

void World::Impl::process_pods_once() {
  const Pods::Changes& changes = pods->process(now, flow, *sink);
  for (const std::size_t pod : changes.restarted) {
    const std::size_t service = pods->service_of(pod);
    const std::size_t replica = pods->replica_of(pod);
    tallies.draw(flow, service, replica, now);
    tallies.replica(service, replica).restart();
    exposition.restarted(pod, now);
  }
  for (const std::size_t service : changes.services) {
    exposition.list(service, *pods);
    disturb(service);
    set_traffic_conditions(service);
  }
  if (!changes.services.empty()) flow.disturb();
}

// Between two steps: what is due at this instant.
void World::Impl::process_due() {
  tell_actions();
  const bool full_minute = now >= minute + kMinute;
  const bool fault_due = schedule.due(now);
  for (std::size_t i = 0; i < certificates.size(); ++i) {
    if (certificates[i] != now) continue;
    disturb(i);
    set_traffic_conditions(i);
    flow.disturb();
  }
  if (!full_minute && !fault_due) return;
  tallies.draw_all(flow, now);
  if (full_minute) {
    sink->on_minute(tallies.close_minute(flow, minute));
    minute += kMinute;
    schedule.remember(observer());
    set_traffic_conditions();  // joins classes that have become alike
  }
  if (fault_due && schedule.process(now, observer(), *sink)) {
    tallies.set_quotas(schedule.quotas());
    set_conditions();
    set_traffic_conditions();
    flow.disturb();
  }
}

void World::Impl::advance_to(Time t) {
  assert(t >= now);
  for (;;) {
    if (!stepping) {
      process_due();
      process_pods();
      if (schedule.lingering()) schedule.recover(now, observer(), *sink);
      if (now >= t) return;
      Time latest = next_boundary();
      if (schedule.ramping(now)) {
        set_conditions();
        set_traffic_conditions();
        latest = std::min(latest, now + schedule.ramp_step(now));
      }
      step_end = flow.begin_step(now, latest);
      step_end = std::min(step_end, schedule.exhausted_at(now, flow).value_or(step_end));
      stepping = true;
    }
    if (step_end > t) {
      now = t;
      return;
    }
    now = step_end;
    end_step_now();
  }
}

void World::Impl::end_step_now() {
  const Time begun = flow.step_begin();
  tallies.pass(flow, to_seconds(now - begun));
  schedule.pass(flow, begun, now);
  flow.end_step(now);
  stepping = false;
}

std::expected<void, std::string> World::Impl::apply(const events::Action& action) {
  if (action.t < now) return std::unexpected("an action cannot take effect in the past");
  auto done = act(action);
  if (!done) return done;
  // The step that is on was reckoned without it.
  if (stepping) end_step_now();
  announce(action);
  return done;
}

std::expected<void, std::string> World::Impl::act(const events::Action& action) {
  switch (action.kind) {
    case events::ActionKind::begin_fault:
      return schedule.begin(action.subject, action.t);
    case events::ActionKind::end_fault:
      return schedule.end(action.subject, action.t);
    case events::ActionKind::restart:
      return restart(action);
    case events::ActionKind::scale:
      return scale(action);
  }
  std::unreachable();
}

// Told when it takes effect. Of a fault that was to begin, or to end, at another time, that is no more.
void World::Impl::announce(const events::Action& action) {
  std::erase_if(announced, [&](const events::Action& other) {
    return other.kind == action.kind && other.subject == action.subject;
  });
  if (action.t <= now) {
    sink->on_event(events::event_of(action));
    return;
  }
  announced.insert(std::ranges::upper_bound(announced, action.t, {}, &events::Action::t), action);
}

void World::Impl::tell_actions() {
  while (!announced.empty() && announced.front().t <= now) {
    sink->on_event(events::event_of(announced.front()));
    announced.erase(announced.begin());
  }
}

// The service of ours whose pods an action is about.
std::expected<std::size_t, std::string> World::Impl::deployment(const events::Action& action) const {
  const auto& services = flow.model().services;
  const auto at = std::ranges::find_if(services, [&](const ServiceModel& m) { return m.spec.name == action.subject; });
  if (at == services.end()) return std::unexpected(format("there is no service '{}'", action.subject));
  if (at->spec.external)
    return std::unexpected(format("{} is a third party's: it has no pods of ours", action.subject));
  if (action.t > now) {
    const bool restarts = action.kind == events::ActionKind::restart;
    return std::unexpected(format("{} takes effect at once; it cannot be put off", restarts ? "a restart" : "scaling"));
  }
  return static_cast<std::size_t>(at - services.begin());
}

std::expected<void, std::string> World::Impl::restart(const events::Action& action) {
  const auto service = deployment(action);
  if (!service) return std::unexpected(service.error());
  pods->restart(*service, now);
  return {};
}

std::expected<void, std::string> World::Impl::scale(const events::Action& action) {
  const auto service = deployment(action);
  if (!service) return std::unexpected(service.error());
  if (action.replicas < 1 || action.replicas > kMostReplicas) {
    return std::unexpected(
        format("{} can have 1 to {} replicas, and not {}", action.subject, kMostReplicas, action.replicas));
  }
  if (flow.replicas(*service) == 0) return std::unexpected(format("{} has no pods to scale", action.subject));
  if (stepping) end_step_now();
  const auto replicas = static_cast<std::size_t>(action.replicas);
  while (flow.replicas(*service) < replicas) add_replica(*service);
  pods->scale(*service, replicas, now);
  // The new places get what faults do to them.
  set_conditions();
  disturb(*service);
  set_traffic_conditions();
  flow.disturb();
  return {};
}

void World::Impl::add_replica(std::size_t service) {
  flow.add_replica(service);
  tallies.add_replica(service, spec.seed);
  schedule.add_replica(service);
  pods->add_replica(service, spec.seed, now);
  exposition.add_replica(service, spec.metrics, spec.faults, production());
}

World::World(WorldSpec spec, events::Sink& sink) : impl_(std::make_unique<Impl>(std::move(spec), sink)) {}
World::World(const World& other, events::Sink& sink) : impl_(std::make_unique<Impl>(*other.impl_)) {
  impl_->sink = &sink;
  impl_->tallies.set_quotas(impl_->schedule.quotas());  // those of the copy
}
World::~World() = default;
World::World(World&&) noexcept = default;
World& World::operator=(World&&) noexcept = default;

Time World::now() const {
  return impl_->now;
}
Time World::next_event() const {
  return impl_->next_boundary();
}
void World::advance_to(Time t) {
  impl_->advance_to(t);
}
std::expected<void, std::string> World::apply(const events::Action& action) {
  return impl_->apply(action);
}
std::vector<FaultState> World::faults() const {
  return impl_->schedule.states();
}
std::vector<ProbeState> World::probes() {
  return impl_->pods->states(impl_->now);
}
std::span<const Target> World::targets() const {
  return impl_->exposition.targets();
}
ScrapeResult World::scrape(std::size_t target, std::vector<double>& values) {
  return impl_->exposition.scrape(target, impl_->production(), values);
}
const MonitorConditions& World::monitor_conditions() const {
  return impl_->monitor_conditions;
}
void World::tell(const MonitorCounts& counts) {
  impl_->monitor_counts = counts;
}
void World::tell(std::size_t target, const ScrapeOutcome& outcome) {
  impl_->exposition.tell(target, outcome);
}
const Topology& World::topology() const {
  return impl_->spec.topology;
}
std::size_t World::ready_replicas(std::size_t service) const {
  return static_cast<std::size_t>(impl_->flow.service(service).ready);
}

}  // namespace firedrill::fake_services
