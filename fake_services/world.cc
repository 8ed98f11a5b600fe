#include "fake_services/world.h"

#include <algorithm>
#include <cassert>
#include <map>

#include "base/format.h"
#include "base/numbers.h"
#include "fake_services/faults/fault_schedule.h"
#include "fake_services/faults/observer.h"
#include "fake_services/pods/initial_state.h"
#include "fake_services/pods/pods.h"
#include "fake_services/telemetry/cluster_targets.h"
#include "fake_services/telemetry/disturbed_scrapes.h"
#include "fake_services/telemetry/instruments.h"
#include "fake_services/telemetry/own_metrics.h"
#include "fake_services/topology/release.h"
#include "fake_services/traffic/flow.h"
#include "fake_services/traffic/tally.h"

namespace firedrill::fake_services {
namespace {

constexpr Duration kMinute = std::chrono::minutes(1);
// How long a process has been up when the simulation begins: between one day and two, different for each.
constexpr std::uint64_t kUptimeSeconds = 86400;
constexpr double kScrapeSeconds = 0.004;  // median duration of a scrape
constexpr double kScrapeSpread = 0.3;
constexpr double kSilentScrapeSeconds = 3600;  // beyond any scrape's time-out

// The versions that faults roll out to a service. One that names the version that is there already gets no series.
std::vector<const Release*> releases_for(const ServiceSpec& service, const std::vector<FaultSpec>& faults) {
  std::vector<const Release*> out;
  for (const FaultSpec& fault : faults) {
    PodConditions conditions;
    fault.behaviour->apply_to_pod(conditions, 1);
    const Release* release = conditions.release;
    if (release == nullptr || fault.target.service != service.name || release->version == service.version) continue;
    const bool known = std::ranges::any_of(out, [&](const Release* r) { return r->version == release->version; });
    if (!known) out.push_back(release);
  }
  return out;
}

}  // namespace

double absent() {
  return stale_marker();
}
bool is_absent(double value) {
  return is_stale(value);
}

struct World::Impl {
  Impl(WorldSpec given, events::Sink& told)
      : spec(std::move(given)),
        sink(&told),
        flow(build_model(spec.topology, spec.metrics, spec.faults), spec.seed, spec.start),
        tallies(flow.model(), spec.seed),
        schedule(spec.faults, flow.model(), spec.seed, spec.origin, spec.disable_faults),
        now(spec.start),
        minute(std::chrono::floor<std::chrono::minutes>(spec.start)) {
    make_targets();
    std::vector<Time> started;
    for (const Body& body : bodies) started.push_back(body.started);
    pods.emplace(flow.model(), spec.seed, started, spec.start);
    for (const ServiceModel& m : flow.model().services) {
      issued.push_back(m.spec.certificate ? spec.start + m.spec.certificate->expires_in : Time::max());
    }
    certificates = issued;
    begin();
    if (spec.kubernetes) {
      cluster.emplace(flow.model(), spec.seed);
      for (Target& target : cluster->targets()) targets.push_back(std::move(target));
    }
    disturbed_scrapes.resize(targets.size());
    scrape_tallies.resize(targets.size());
  }

  // What a target is beyond its public face.
  struct Body {
    std::size_t instruments = 0;  // values of the built-in metrics
    std::size_t requests = 0;     // of these, the first, that have the version for a label
    std::size_t version = 0;      // of these, build_info
    std::vector<OwnMetric> own;
    std::vector<const Release*> versions;  // that faults roll out to it; their series are behind all others
    Time started{};
  };

  void begin();
  void make_targets();
  Target make_target(std::size_t service, std::size_t replica) const;
  Time next_boundary() const;
  void process_due();
  void set_traffic_conditions();
  void set_traffic_conditions(std::size_t service);
  void set_conditions();
  void disturb(std::size_t service);
  void process_pods();
  void process_pods_once();
  Observer observer();
  void advance_to(Time t);
  void disturb_scrapes(std::size_t target, const ScrapeConditions& conditions);
  void expose(std::size_t target, std::vector<double>& values);
  ScrapeResult scrape(std::size_t target, std::vector<double>& values);
  void write_own(const Target& target, Body& body, const Moment& moment, double* out);
  Moment moment_of_replica(std::size_t service, std::size_t replica, Time started);
  void write_versions(std::size_t pod, const Body& body, std::vector<double>& values) const;
  const std::string& version_of(std::size_t service, std::size_t replica) const;
  Moment moment_of_service(std::size_t service, const std::string& version);

  WorldSpec spec;
  events::Sink* sink;
  Flow flow;
  Tallies tallies;
  FaultSchedule schedule;
  std::optional<Pods> pods;  // in the order of targets
  // Services of which some pod has left its rest, or whose certificate has expired; sorted.
  std::vector<std::size_t> disturbed;
  Time now;
  Time minute;  // begin of the current one
  bool stepping = false;
  Time step_end{};
  std::vector<Target> targets;  // replicas, then those of the cluster
  std::vector<Body> bodies;     // of replicas
  std::optional<ClusterTargets> cluster;
  std::vector<std::unique_ptr<DisturbedScrapes>> disturbed_scrapes;  // by target; null: no fault has touched them
  std::vector<ScrapeTally> scrape_tallies;                           // by target
  std::vector<Time> issued;        // by service: when its certificate expires, Time::max() if it has none
  std::vector<Time> certificates;  // the same, faults included
  MonitorConditions monitor_conditions;
  MonitorCounts monitor_counts;
  std::vector<TrafficConditions> traffic_conditions;  // scratch, as all below
  std::vector<PodConditions> pod_conditions;
  std::vector<ScrapeConditions> service_scrapes;
  std::vector<double> counts;  // sums over a service
  std::vector<double> sums;
};

// In the steady state, in which those do not take part that are not up (initial_state.h).
void World::Impl::begin() {
  for (std::size_t i = 0; i < flow.model().services.size(); ++i) {
    const ServiceSpec& service = flow.model().services[i].spec;
    if (const InitialPodState outset = initial_state_of(service); service.external || (outset.settled && outset.ready))
      continue;
    disturb(i);
    set_traffic_conditions(i);
  }
  pods->tell_initial_state(now, *sink);
  if (!disturbed.empty()) flow.settle(spec.start);
}

Target World::Impl::make_target(std::size_t service, std::size_t replica) const {
  const ServiceSpec& s = flow.model().services[service].spec;
  Target t;
  t.service = s.name;
  t.pod = format("{}-{}", s.name, replica);
  t.instance = format("{}:{}", t.pod, s.port);
  t.job = s.job;
  t.name_space = s.name_space;
  t.zone = s.zones.empty() ? std::string() : s.zones[replica % s.zones.size()];
  t.service_index = service;
  t.replica = replica;
  for (const auto& [name, value] : s.labels) t.labels.set(name, value);
  t.labels.set("job", t.job);
  t.labels.set("instance", t.instance);
  t.labels.set("service", t.service);
  t.labels.set("pod", t.pod);
  t.labels.set("namespace", t.name_space);
  return t;
}

void World::Impl::make_targets() {
  std::map<std::string, std::size_t> faults;
  for (std::size_t i = 0; i < spec.faults.size(); ++i) faults.emplace(spec.faults[i].id, i);
  for (std::size_t i = 0; i < flow.model().services.size(); ++i) {
    const ServiceModel& m = flow.model().services[i];
    if (m.spec.external) continue;
    for (std::size_t r = 0; r < static_cast<std::size_t>(m.spec.replicas); ++r) {
      Target target = make_target(i, r);
      Body body;
      target.series = instrument_series(m, target.labels);
      body.instruments = target.series.size();
      body.versions = releases_for(m.spec, spec.faults);
      const auto is_version = [](const model::SeriesInfo& info) { return info.labels.metric_name() == "build_info"; };
      body.version = static_cast<std::size_t>(std::ranges::find_if(target.series, is_version) - target.series.begin());
      for (const MetricSpec& metric : spec.metrics) {
        if (metric.service != m.spec.name || (metric.per == "service" && r != 0)) continue;
        std::vector<std::string> versions = {m.spec.version};
        for (const Release* release : body.versions) versions.push_back(release->version);
        if (!by_version(metric)) versions.resize(1);
        for (const std::string& version : versions) {
          body.own.emplace_back(metric, m, faults, spec.seed, target.labels, version);
          const auto& series = body.own.back().series();
          target.series.insert(target.series.end(), series.begin(), series.end());
        }
      }
      for (const Release* release : body.versions) {
        const auto series = version_series(m, target.labels, release->version);
        target.series.insert(target.series.end(), series.begin(), series.end());
        body.requests = series.size() - 1;
      }
      RandomStream uptime(spec.seed, format("pod/{}/uptime", target.pod));
      const auto up = static_cast<std::int64_t>(kUptimeSeconds + uptime.below(kUptimeSeconds));
      body.started = spec.start - std::chrono::seconds(up);
      targets.push_back(std::move(target));
      bodies.push_back(std::move(body));
    }
  }
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
      disturb_scrapes(pods->index_of(service, r), service_scrapes[r]);
    }
  }
  monitor_conditions = schedule.monitor_conditions(now);
}

Observer World::Impl::observer() {
  return {tallies, flow, *pods, scrape_tallies, monitor_counts, certificates, now - spec.start, now};
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
    const Target& target = targets[pod];
    tallies.draw(flow, target.service_index, target.replica, now);
    tallies.replica(target.service_index, target.replica).restart();
    bodies[pod].started = now;
    scrape_tallies[pod].restarted = true;
    if (disturbed_scrapes[pod]) disturbed_scrapes[pod]->restart();
  }
  for (const std::size_t service : changes.services) {
    disturb(service);
    set_traffic_conditions(service);
  }
  if (!changes.services.empty()) flow.disturb();
}

// Between two steps: what is due at this instant.
void World::Impl::process_due() {
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
    const Time begun = flow.step_begin();
    now = step_end;
    tallies.pass(flow, to_seconds(now - begun));
    schedule.pass(flow, begun, now);
    flow.end_step(now);
    stepping = false;
  }
}

Moment World::Impl::moment_of_replica(std::size_t service, std::size_t replica, Time started) {
  const ServiceModel& m = flow.model().services[service];
  Moment moment = draw_moment(m, flow.class_of(service, replica), tallies.replica(service, replica), now, started);
  if (m.spec.certificate) moment.certificate_expiry = to_seconds(certificates[service]);
  if (m.spec.consumer) add_messages(flow.queue_at(service, now), static_cast<double>(m.spec.replicas), moment);
  moment.memory += pods->leaked(pods->index_of(service, replica), now);
  return moment;
}

const std::string& World::Impl::version_of(std::size_t service, std::size_t replica) const {
  const Release* release = pods->release(pods->index_of(service, replica));
  return release != nullptr ? release->version : flow.model().services[service].spec.version;
}

Moment World::Impl::moment_of_service(std::size_t service, const std::string& version) {
  const ServiceModel& m = flow.model().services[service];
  Moment sum;
  sum.t = now;
  for (std::size_t r = 0; r < static_cast<std::size_t>(m.spec.replicas); ++r) {
    if (!version.empty() && version_of(service, r) != version) continue;
    const Moment one = moment_of_replica(service, r, now);
    sum.in_flight += one.in_flight;
    sum.queued += one.queued;
    sum.cpu_seconds += one.cpu_seconds;
    sum.memory += one.memory;
    sum.disk_available += one.disk_available;
    sum.certificate_expiry = one.certificate_expiry;
    sum.messages += one.messages;
    sum.oldest_seconds = one.oldest_seconds;
  }
  return sum;
}

void World::Impl::write_own(const Target& target, Body& body, const Moment& moment, double* out) {
  const ServiceModel& m = flow.model().services[target.service_index];
  const ReplicaTally& tally = tallies.replica(target.service_index, target.replica);
  for (OwnMetric& metric : body.own) {
    const auto measures = [&](std::size_t replica) {
      return metric.version().empty() || metric.version() == version_of(target.service_index, replica);
    };
    if (metric.per_service()) {
      counts.assign(m.layout.counts, 0);
      sums.assign(m.routes.size(), 0);
      bool any = false;
      for (std::size_t r = 0; r < static_cast<std::size_t>(m.spec.replicas); ++r) {
        if (!measures(r)) continue;
        any = true;
        const ReplicaTally& one = tallies.replica(target.service_index, r);
        for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += one.counts[i];
        for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += one.answer_sum[i];
      }
      if (any) {
        const Moment all = moment_of_service(target.service_index, metric.version());
        metric.write(all, {counts, sums}, schedule.spans(), out);
      } else {
        std::fill_n(out, metric.series().size(), absent());
      }
    } else if (measures(target.replica)) {
      metric.write(moment, {tally.counts, tally.answer_sum}, schedule.spans(), out);
    } else {
      std::fill_n(out, metric.series().size(), absent());
    }
    out += metric.series().size();
  }
}

// What is told apart by version belongs to the one that runs.
void World::Impl::write_versions(std::size_t pod, const Body& body, std::vector<double>& values) const {
  if (body.versions.empty()) return;
  const Release* running = pods->release(pod);
  const std::size_t block = 1 + body.requests;
  double* out = values.data() + values.size() - body.versions.size() * block;
  std::fill_n(out, body.versions.size() * block, absent());
  if (running == nullptr) return;
  const auto at = std::ranges::find(body.versions, running->version, &Release::version);
  if (at == body.versions.end()) return;
  out += static_cast<std::size_t>(at - body.versions.begin()) * block;
  *out = std::exchange(values[body.version], absent());
  for (std::size_t i = 0; i < body.requests; ++i) out[1 + i] = std::exchange(values[i], absent());
}

void World::Impl::disturb_scrapes(std::size_t index, const ScrapeConditions& conditions) {
  std::unique_ptr<DisturbedScrapes>& spoiler = disturbed_scrapes[index];
  if (!spoiler) {
    if (conditions == ScrapeConditions{}) return;
    spoiler = std::make_unique<DisturbedScrapes>(spec.seed, targets[index].instance);
  }
  if (!spoiler->set(conditions)) return;
  std::vector<double> exposed;
  expose(index, exposed);
  spoiler->begin_anew(targets[index].series, exposed);
}

// What a target's process shows of itself.
void World::Impl::expose(std::size_t index, std::vector<double>& values) {
  const Target& target = targets[index];
  Body& body = bodies[index];
  const ServiceModel& m = flow.model().services[target.service_index];
  const ReplicaClass& k = flow.class_of(target.service_index, target.replica);
  ReplicaTally& tally = tallies.replica(target.service_index, target.replica);
  tallies.draw(flow, target.service_index, target.replica, now);
  const Moment moment = moment_of_replica(target.service_index, target.replica, body.started);
  values.resize(target.series.size());
  write_instruments(m, k, tally, moment, body.started, values.data());
  write_own(target, body, moment, values.data() + body.instruments);
  write_versions(index, body, values);
}

ScrapeResult World::Impl::scrape(std::size_t index, std::vector<double>& values) {
  if (index >= bodies.size()) return cluster->scrape(index - bodies.size(), *pods, now, values);
  const Target& target = targets[index];
  const ReplicaClass& k = flow.class_of(target.service_index, target.replica);
  ReplicaTally& tally = tallies.replica(target.service_index, target.replica);
  ScrapeResult result;
  ScrapeTally& scrapes = scrape_tallies[index];
  values.clear();
  DisturbedScrapes* spoiler = disturbed_scrapes[index].get();
  if (spoiler != nullptr) {
    result.disturbed = &spoiler->conditions();
    result.discovered = spoiler->discovered();
    if (!result.discovered) return result;
  }
  scrapes.made += 1;
  const double refused = k.conditions.replica.scrapes_refused;
  if (refused > 0 && tally.scrapes.uniform() < refused) {
    result.duration = kScrapeSeconds / 10;
    scrapes.failed += 1;
    scrapes.seconds += result.duration;
    return result;
  }
  const double silent = k.conditions.replica.scrapes_silent;
  if (silent > 0 && tally.scrapes.uniform() < silent) {
    result.duration = kSilentScrapeSeconds;
    scrapes.failed += 1;
    return result;
  }
  expose(index, values);
  result.up = true;
  scrapes.fresh = std::exchange(scrapes.restarted, false);
  result.duration = kScrapeSeconds * tally.scrapes.lognormal(0, kScrapeSpread);
  if (spoiler != nullptr) {
    spoiler->spoil(target.series, values);
    result.duration += spoiler->delay();
  }
  for (const double v : values) result.samples += is_absent(v) ? 0 : 1;
  scrapes.samples += static_cast<double>(result.samples);
  scrapes.seconds += result.duration;
  return result;
}

World::World(WorldSpec spec, events::Sink& sink) : impl_(std::make_unique<Impl>(std::move(spec), sink)) {}
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
std::vector<FaultState> World::faults() const {
  return impl_->schedule.states();
}
std::vector<ProbeState> World::probes() {
  return impl_->pods->states(impl_->now);
}
std::span<const Target> World::targets() const {
  return impl_->targets;
}
ScrapeResult World::scrape(std::size_t target, std::vector<double>& values) {
  return impl_->scrape(target, values);
}
const MonitorConditions& World::monitor_conditions() const {
  return impl_->monitor_conditions;
}
void World::tell(const MonitorCounts& counts) {
  impl_->monitor_counts = counts;
}
void World::tell(std::size_t target, const ScrapeOutcome& outcome) {
  impl_->scrape_tallies[target].add(outcome);
}
const Topology& World::topology() const {
  return impl_->spec.topology;
}
std::size_t World::ready_replicas(std::size_t service) const {
  return static_cast<std::size_t>(impl_->flow.service(service).ready);
}

}  // namespace firedrill::fake_services
