#include "driver/live/live_host.h"

#include <algorithm>
#include <utility>

#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "events/scrape_event.h"
#include "fake_services/actions/action_table.h"
#include "fake_services/faults/fault_times.h"
#include "fake_services/faults/live_forms.h"
#include "fake_services/logs/cluster_events.h"
#include "fake_services/process/fake_service.h"
#include "fake_services/telemetry/replica_target.h"

namespace firedrill::driver::live {

using fake_services::FaultSpec;
using fake_services::FlowModel;
using fake_services::Target;

namespace {

constexpr Duration kMinute = std::chrono::minutes(1);
constexpr Duration kLook = std::chrono::milliseconds(100);
constexpr double kSoonTold = 0.1;  // of those that have nothing else to do

// Of all slots; empty ones are not listed.
std::vector<Target> targets_of(const FlowModel& model, const LiveServices& services) {
  std::vector<Target> targets;
  for (std::size_t s = 0; s < model.services.size(); ++s) {
    const fake_services::ServiceSpec& service = model.services[s].spec;
    if (service.external) continue;
    for (std::size_t r = 0; r < services.slots(s); ++r) {
      const std::string pod = fake_services::pod_name(service, r);
      targets.push_back(fake_services::replica_target(service, s, r, pod, format("{}:{}", pod, service.port)));
    }
  }
  return targets;
}

// Those of the scenario's own metrics that stand for no signal: what the target's process does not measure.
std::vector<fake_services::OwnMetric> made_up_of(const scenario::LoadedScenario& scenario, const FlowModel& model,
                                                 const Target& target, std::uint64_t seed) {
  std::map<std::string, std::size_t> faults;
  for (std::size_t i = 0; i < scenario.faults.size(); ++i) faults.emplace(scenario.faults[i].id, i);
  const fake_services::ServiceModel& service = model.services[target.service_index];
  std::vector<fake_services::OwnMetric> out;
  for (const fake_services::MetricSpec& metric : scenario.metrics) {
    if (metric.service != service.spec.name || !metric.value || (metric.per == "service" && target.replica != 0)) {
      continue;
    }
    out.emplace_back(metric, service, faults, seed, target.labels, service.spec.version);
  }
  return out;
}

// Where the simulated ones ended, those that are counted.
void go_on(std::vector<fake_services::OwnMetric>& metrics, const tsdb::Store& before) {
  for (fake_services::OwnMetric& metric : metrics) {
    const auto known = before.find(metric.series().front().labels);
    if (!known) continue;
    const std::vector<model::Sample> samples = before.history(*known);
    if (!samples.empty() && !is_stale(samples.back().value)) {
      metric.go_on_from(samples.back().t, samples.back().value);
    }
  }
}

double sum_of(const fake_services::Observation& seen, int from, int below) {
  double sum = 0;
  for (const auto& [code, count] : seen.by_code) sum += code >= from && code < below ? count : 0;
  return sum;
}

}  // namespace

LiveHost::LiveHost(LiveWorld& world, const scenario::LoadedScenario& scenario, const record::Record& blank,
                   const Options& options, events::Sink& sink)
    : world_(world),
      scenario_(scenario),
      options_(options),
      sink_(sink),
      model_(fake_services::build_model(scenario.topology, {}, scenario.faults, scenario.limited)),
      neutral_(model_, options.seed, blank.started),
      injector_(scenario.faults, model_, options.seed, options.disable_faults),
      usual_(model_.services.size(), 0),
      scraper_(targets_of(model_, world.services()),
               {.seed = options.seed,
                .version = options.promql,
                .speed = world.pace().speed,
                .scales = scenario::metric_scales(scenario),
                .is_program =
                    [&topology = scenario.topology](const Target& target) {
                      const fake_services::ServiceSpec* service = topology.find(target.service);
                      return service != nullptr && service->program.has_value();
                    },
                .in_run = [&world](Time wall) { return world.times().in_run(wall); },
                .now = [clock = options.clock] { return clock->now(); },
                .port =
                    [&world](const Target& target) {
                      for (const ReplicaView& view : world.services().views()) {
                        if (view.pod == target.pod) return view.scraped_port;
                      }
                      return std::uint16_t{0};
                    },
                .failed =
                    [this](const Target& target, const std::string& why) {
                      // Under a real Prometheus it is that one's scrapes that count.
                      if (options_.prometheus) return;
                      sink_.on_event(events::scrape_failed(now(), target.instance, target.service, why));
                    }}),
      started_(blank.started),
      until_(blank.judged_to),
      looked_(blank.started),
      reckoned_(blank.started),
      minute_(events::minute_of(blank.started, blank.judged_from)),
      at_minute_(model_.services.size()) {
  injector_.measure_alone();
  for (std::size_t s = 0; s < model_.services.size(); ++s) {
    const Slots slots = world.slots()[s];
    for (auto slot = static_cast<std::size_t>(model_.services[s].spec.replicas); slot < slots.count(); ++slot) {
      injector_.add_replica(s, slots.place_of(slot));
    }
  }
  for (std::size_t t = 0; t < scraper_.targets().size(); ++t) {
    const Target& target = scraper_.targets()[t];
    target_of_[target.pod] = t;
    scraper_.forge(t,
                   fake_services::forged_of(model_.services[target.service_index].spec, target.place, scenario.faults));
    auto values = made_up_of(scenario, model_, target, options.seed);
    if (options.before != nullptr) go_on(values, *options.before);
    if (!values.empty()) scraper_.make_up(t, std::move(values), [this] { return injector_.spans(); });
  }
  for (std::size_t s = 0; s < model_.services.size(); ++s) {
    const fake_services::ServiceSpec& service = model_.services[s].spec;
    if (!service.traffic) continue;
    traffic_.emplace_back(*service.traffic, options.seed, service.name, blank.started);
    traffic_of_.push_back(s);
  }
  for (const FaultSpec& fault : scenario.faults) {
    (void)injector_.schedule().begin(fault.id, fake_services::scheduled_times(fault, blank.judged_from).begin);
  }
  follow_targets();
  const LiveObserver seen = observer(blank.started);
  seen_.resize(model_.services.size());
  in_minute_.resize(model_.services.size());
  note_minute(seen);
  for (std::size_t s = 0; s < model_.services.size(); ++s) at_minute_[s] = counted(s, seen);
}

LiveObserver LiveHost::observer(Time t) {
  for (std::size_t i = 0; i < traffic_.size(); ++i) {
    usual_[traffic_of_[i]] += traffic_[i].usual(t) * to_seconds(t - reckoned_) / speed();
  }
  reckoned_ = t;
  return {world_, scraper_, monitor_counts_, alertmanager_counts_, usual_, t, to_seconds(t - started_) / speed()};
}

Time LiveHost::next_due() const {
  if (over_) return Time::max();
  Time next =
      std::min({minute_ + kMinute + (cut_ ? of_wall(kTold) : Duration(0)), looked_ + of_wall(kLook), next_ramp_});
  if (const auto fault = injector_.next_at()) next = std::min(next, *fault);
  for (const Begun& each : begun_) next = std::min(next, each.effective);
  return next;
}

// By the time that it is, which is never before the one that something was due at.
void LiveHost::run_due(Time due) {
  if (over_) return;
  const Time t = std::max(due, now());
  looked_ = t;
  if (const auto& failed = scraper_.failure()) world_.give_up(*failed);
  hand_on_events(t);
  follow_targets();
  have_effects(t);
  process_faults(t);
  if (t >= next_ramp_) give_orders(t);
  if (cut_ && t >= minute_ + kMinute + of_wall(kTold)) close_minute(t);
  if (!cut_ && t >= minute_ + kMinute) cut_minute();
}

void LiveHost::hand_on_events(Time t) {
  for (events::Event& event : world_.take_events()) {
    event.t = std::clamp(event.t, started_, t);
    if (event.kind == events::EventKind::container_restarted) note_restart(event.subject);
    const auto spec = scenario_.topology.find(event.text("service"));
    if (spec != nullptr && spec->external) continue;
    if (event.kind == events::EventKind::probe_failure) {
      sink_.on_cluster_event(fake_services::unhealthy(event, scenario_.topology));
    }
    sink_.on_event(std::move(event));
  }
}

// Service discovery lists what there is.
void LiveHost::follow_targets() {
  std::vector<bool> there(scraper_.targets().size(), false);
  for (const ReplicaView& view : world_.services().views()) {
    if (const auto target = target_of_.find(view.pod); target != target_of_.end()) there[target->second] = true;
  }
  for (std::size_t t = 0; t < there.size(); ++t) scraper_.list(t, there[t]);
}

// A new process has nothing of what an action was to rid it of.
void LiveHost::note_restart(const std::string& pod) {
  const auto target = target_of_.find(pod);
  if (target != target_of_.end()) scraper_.restarted(target->second);
}

void LiveHost::set_monitor(Time t) {
  monitor_ = injector_.monitor_conditions(t);
  monitor_.silences = silences_;
}

LiveHost::Counted LiveHost::counted(std::size_t service, const LiveObserver& seen) const {
  constexpr int kFirstClientError = 400;
  constexpr int kFirstServerError = 500;
  constexpr int kBeyond = 1000;
  Counted out;
  if (model_.services[service].spec.traffic) {
    const fake_services::OutsideCounts& outside = seen.outside(service);
    return {outside.requests, outside.errors, outside.client_errors, outside.latency};
  }
  const fake_services::Observation calls = seen.callers_of(service);
  out.requests = calls.attempts;
  out.errors = calls.refused + calls.timed_out + calls.reset + sum_of(calls, kFirstServerError, kBeyond);
  out.client_errors = sum_of(calls, kFirstClientError, kFirstServerError);
  for (std::size_t r = 0; r < world_.services().slots(service); ++r) {
    const auto& latency = seen.replica(service, r).account.latency;
    for (std::size_t b = 0; b < latency.size(); ++b) out.latency[b] += latency[b];
  }
  return out;
}

// What is counted from here on is of the next minute, however long it takes until this one is known.
void LiveHost::cut_minute() {
  cut_.emplace();
  for (std::size_t s = 0; s < model_.services.size(); ++s) cut_->push_back(world_.clients().counts(s));
  world_.post([](LiveServices& services) { services.mark(); });
}

void LiveHost::close_minute(Time t) {
  LiveObserver seen = observer(t);
  seen.go_back_to(world_, *cut_);
  cut_.reset();
  events::Minute minute;
  minute.from = minute_;
  minute.services.resize(model_.services.size());
  for (std::size_t s = 0; s < model_.services.size(); ++s) {
    const Counted now = counted(s, seen);
    const Counted& then = at_minute_[s];
    events::ServiceMinute& out = minute.services[s];
    // As many as come in a minute at the rate at which they came.
    out.requests = speed() * std::max(0.0, now.requests - then.requests);
    out.errors = std::clamp(speed() * (now.errors - then.errors), 0.0, out.requests);
    out.client_errors = speed() * std::max(0.0, now.client_errors - then.client_errors);
    for (std::size_t b = 0; b < out.latency.size(); ++b) {
      out.latency[b] = static_cast<float>(speed() * std::max(0.0, now.latency[b] - then.latency[b]));
    }
    // Checks from outside fare as the requests of the minute did.
    if (const auto& traffic = model_.services[s].spec.traffic) {
      out.users = static_cast<double>(traffic->users);
      const double rounds = maths::floor(60 / std::max(1.0, to_seconds(traffic->check_interval)) + 0.5);
      out.checks = rounds * static_cast<double>(traffic->check_locations);
      out.checks_failed = out.requests > 0 ? maths::floor(out.checks * out.errors / out.requests + 0.5) : 0;
    }
    at_minute_[s] = now;
  }
  if (minute_ >= started_) injector_.remember(seen);  // the first may have begun before the run did
  minute_ += kMinute;
  sink_.on_minute(minute);
  note_minute(seen);
  const Strain strain{.millisecond_takes_s = probe_.take(), .late_s = world_.clients().take_lateness().p99_s};
  if (auto news = strain_watch_.look(t, strain)) sink_.on_event(std::move(*news));
  actions_.look(t, [this](const std::string& service) { return in_minute_[index_of(service)]; }, sink_);
}

void LiveHost::note_minute(const LiveObserver& seen) {
  for (std::size_t s = 0; s < model_.services.size(); ++s) {
    const std::vector<bool> all(world_.services().slots(s), true);
    const fake_services::Hit hit{s, all, std::nullopt};
    fake_services::Observation now = seen.of(std::span(&hit, 1), fake_services::View::callers);
    in_minute_[s] = now.since(seen_[s]);
    seen_[s] = std::move(now);
  }
}

std::expected<void, std::string> LiveHost::apply(const events::Action& action) {
  switch (action.kind) {
    case events::ActionKind::begin_fault:
      return injector_.schedule().begin(action.subject, action.t);
    case events::ActionKind::end_fault:
      return end_fault(action.subject, std::max(action.t, now()));
    default:
      break;
  }
  const fake_services::ActionSpec& spec = *fake_services::find_action(action.kind);
  if (!spec.live) {
    return std::unexpected(format("the action {} has no live form", spec.name));
  }
  if (spec.target == fake_services::ActionTarget::service) {
    const fake_services::ServiceSpec* service = scenario_.topology.find(action.subject);
    if (service == nullptr) return std::unexpected(format("there is no service '{}'", action.subject));
    if (service->external) {
      return std::unexpected(format("{} is a third party's: it has no pods of ours", action.subject));
    }
    if (service->program) {
      return std::unexpected(
          format("{} is a program of your own, which firedrill neither starts nor ends", action.subject));
    }
  }
  sink_.on_event(events::event_of(action));
  if (spec.takes <= Duration(0)) return act(action);
  begun_.push_back({now() + spec.takes, action});
  return {};
}

// By somebody who works no incident.
std::expected<void, std::string> LiveHost::end_fault(const std::string& id, Time t) {
  fake_services::FaultSchedule& schedule = injector_.schedule();
  if (auto done = schedule.end(id, t); !done) return done;
  actions_.end_otherwise(t, [&](const std::string& service) {
    return std::ranges::any_of(injector_.hitting(index_of(service), true), [&](std::size_t fault) {
      return schedule.spec(fault).id != id && !schedule.ends(fault, t);
    });
  });
  return {};
}

// What a deed removes the cause of.
void LiveHost::cure(const fake_services::ActionSpec& spec, std::size_t service) {
  bool any = false;
  for (const std::size_t fault : injector_.hitting(service, spec.cures_connections)) {
    const FaultSpec& hit = injector_.schedule().spec(fault);
    any = (fake_services::cures(spec, hit) && injector_.schedule().end(hit.id, now())) || any;
  }
  if (any) actions_.take_away();
}

void LiveHost::have_effects(Time t) {
  for (std::size_t i = 0; i < begun_.size();) {
    if (begun_[i].effective > t) {
      ++i;
      continue;
    }
    events::Action action = begun_[i].action;
    begun_.erase(begun_.begin() + static_cast<std::ptrdiff_t>(i));
    action.t = t;
    if (const auto done = act(action); !done) sink_.on_event(events::without_effect(action, done.error()));
  }
}

std::expected<void, std::string> LiveHost::act(const events::Action& action) {
  const fake_services::ActionSpec& spec = *fake_services::find_action(action.kind);
  if (action.kind == events::ActionKind::silence) {
    const auto lasts = fake_services::arguments_of(spec, action).duration("for", std::chrono::hours(2));
    silences_.push_back({action.subject, now(), now() + lasts});
    set_monitor(now());
    return {};
  }
  const bool deploys = action.kind == events::ActionKind::scale || action.kind == events::ActionKind::rollback;
  if (deploys) return deploy(spec, action);
  if (action.kind != events::ActionKind::restart) return {};
  const std::size_t service = index_of(action.subject);
  world_.post([service](LiveServices& services) { services.restart(service); });
  actions_.begin(spec, action, in_minute_[service]);
  cure(spec, service);
  return {};
}

// What a rollback cures goes with the version; of the same program again nothing does.
std::expected<void, std::string> LiveHost::deploy(const fake_services::ActionSpec& spec, const events::Action& action) {
  const std::size_t service = index_of(action.subject);
  const std::int64_t to = action.kind == events::ActionKind::scale
                              ? action.replicas
                              : fake_services::arguments_of(spec, action).integer("to_revision", 0);
  const auto done = world_.ask([service, to, kind = action.kind](LiveServices& services) {
    if (kind == events::ActionKind::rollback) return services.roll_back(service, to);
    const auto scaled = services.scale(service, to);
    return scaled ? std::expected<bool, std::string>(false) : std::unexpected(scaled.error());
  });
  if (!done) return std::unexpected(done.error());
  actions_.begin(spec, action, in_minute_[service]);
  if (action.kind == events::ActionKind::scale) {
    order_service(now(), service);  // what befalls all of them is shared otherwise
    return {};
  }
  if (*done) cure(spec, service);
  return {};
}

std::size_t LiveHost::index_of(const std::string& service) const {
  const auto& services = scenario_.topology.services;
  const auto found = std::ranges::find(services, service, &fake_services::ServiceSpec::name);
  return static_cast<std::size_t>(found - services.begin());
}

fake_services::ScrapeResult LiveHost::scrape(std::size_t /*target*/, std::vector<double>& values) {
  values.clear();
  return {.discovered = false};  // nothing is scraped at once: slow_scrapes()
}

void LiveHost::end(Time t) {
  if (over_) return;
  hand_on_events(t);
  // The last minute, where the run ends with it.
  while (t >= minute_ + kMinute) {
    if (!cut_) cut_minute();
    sleep_seconds(kSoonTold);
    close_minute(t);
  }
  look_last(t);
  over_ = true;
  std::vector<fake_services::PodLife> lives;
  for (std::size_t s = 0; s < model_.services.size(); ++s) {
    const fake_services::ServiceSpec& service = model_.services[s].spec;
    for (std::size_t r = 0; r < world_.services().slots(s); ++r) {
      const std::string pod = fake_services::pod_name(service, r);
      lives.push_back({.service = s, .replica = r, .name = pod, .instance = format("{}:{}", pod, service.port)});
      const ReplicaRecord record = world_.services().record(s, r);
      if (!record.was_there) {
        lives.pop_back();
        continue;
      }
      for (std::size_t type = 0; !service.external && type < record.probes.size(); ++type) {
        const auto& counts = record.probes[type];
        if (!counts) continue;
        probes_.push_back({service.name, pod, lives.back().instance, static_cast<fake_services::ProbeType>(type),
                           counts->successful + counts->failed, counts->failed});
      }
    }
  }
  states_ = injector_.states(lives);
  for (const std::size_t service : injector_.services_hit()) take_back(service);
  world_.end();
  const std::scoped_lock lock(injected_->mutex);
  for (fake_services::FaultState& state : states_) {
    if (const auto at = injected_->at.find(state.id); at != injected_->at.end()) state.injected = at->second;
  }
}

// At what processes have counted by now, and not at what they told last.
void LiveHost::look_last(Time t) {
  if (!injector_.looks_on()) return;
  world_.post([](LiveServices& services) { services.mark(); });
  sleep_seconds(kSoonTold);
  injector_.look_last(t, t < until_, observer(std::max(t, now())), sink_);
}

std::vector<fake_services::FaultState> LiveHost::faults() const {
  return states_;
}

std::vector<fake_services::ProbeState> LiveHost::probes() {
  return probes_;
}

}  // namespace firedrill::driver::live
