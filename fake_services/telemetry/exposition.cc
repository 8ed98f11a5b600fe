#include "fake_services/telemetry/exposition.h"

#include <algorithm>
#include <map>

#include "base/text/format.h"
#include "base/text/numbers.h"
#include "fake_services/telemetry/replica_target.h"
#include "fake_services/topology/release.h"

namespace firedrill::fake_services {
namespace {

// How long a process has been up when the simulation begins: between one day and two, different for each.
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

Target make_target(const ServiceSpec& s, const Pods& pods, std::size_t slot) {
  const PodIdentity& pod = pods.identity(slot);
  Target t = replica_target(s, pods.service_of(slot), pods.place_of(slot), pod.pod, pod.instance);
  t.replica = pods.replica_of(slot);
  return t;
}

Moment moment_of_replica(const Production& p, std::size_t service, std::size_t replica, Time started) {
  const ServiceModel& m = p.flow.model().services[service];
  Moment moment =
      draw_moment(m, p.flow.class_of(service, replica), p.tallies.replica(service, replica), p.now, started);
  if (m.spec.certificate) moment.certificate_expiry_s = to_seconds(p.certificates[service]);
  if (m.spec.consumer) {
    const std::size_t replicas = std::max<std::size_t>(1, p.pods.existing(service));
    add_messages(p.flow.queue_at(service, p.now), static_cast<double>(replicas), moment);
  }
  moment.memory += p.pods.leaked(p.pods.index_of(service, replica), p.now);
  return moment;
}

const std::string& version_of(const Production& p, std::size_t service, std::size_t replica) {
  const Release* release = p.pods.release(p.pods.index_of(service, replica));
  return release != nullptr ? release->version : p.flow.model().services[service].spec.version;
}

// What is told of a service as a whole, the pod at its first place tells: of two that are there, the one that was made
// last and is up.
bool speaks_for_service(const Pods& pods, const Target& target) {
  const std::size_t slot = pods.index_of(target.service_index, target.replica);
  for (std::size_t other = 0; other < pods.size(); ++other) {
    const bool beside = other != slot && pods.service_of(other) == target.service_index && pods.place_of(other) == 0;
    if (beside && pods.exists(other) && pods.listens(other) && pods.number(other) > pods.number(slot)) return false;
  }
  return true;
}

Moment moment_of_service(const Production& p, std::size_t service, const std::string& version) {
  Moment sum;
  sum.t = p.now;
  for (std::size_t r = 0; r < p.flow.replicas(service); ++r) {
    if (!p.pods.exists(p.pods.index_of(service, r))) continue;
    if (!version.empty() && version_of(p, service, r) != version) continue;
    const Moment one = moment_of_replica(p, service, r, p.now);
    sum.in_flight += one.in_flight;
    sum.queued += one.queued;
    sum.cpu_s += one.cpu_s;
    sum.memory += one.memory;
    sum.disk_available += one.disk_available;
    sum.certificate_expiry_s = one.certificate_expiry_s;
    sum.messages += one.messages;
    sum.oldest_s = one.oldest_s;
  }
  return sum;
}

}  // namespace

double absent() {
  return stale_marker();
}
bool is_absent(double value) {
  return is_stale(value);
}

Exposition::Exposition(const std::vector<MetricSpec>& metrics, const std::vector<FaultSpec>& faults,
                       const FlowModel& model, const Pods& pods, const Start& start)
    : seed_(start.seed) {
  for (std::size_t slot = 0; slot < pods.size(); ++slot) {
    add_slot();
    add_target(model.services[pods.service_of(slot)], slot, pods, metrics, faults, start.started[slot]);
  }
  const bool attached = start.topology != nullptr && attaches_exporters(*start.topology);
  if (attached) exporters_.emplace(*start.topology, model, pods, start.seed, start.at, start.reads);
  if (start.kubernetes || (attached && exporters_->joins())) {
    cluster_.emplace(pods, start.seed);
    take_up_cluster();
  }
  if (attached) take_up_exporters();
  if (!start.replays.empty()) take_up_recordings(start);
}

void Exposition::take_up_recordings(const Start& start) {
  recorded_.emplace(start.replays, start.at, start.origin, start.seed);
  const std::span<const Target> all = recorded_->targets();
  for (std::size_t i = 0; i < all.size(); ++i) {
    place_.push_back(i);
    bodies_.emplace_back();
    targets_.push_back(all[i]);
  }
}

void Exposition::take_up_exporters() {
  const std::span<const Target> all = exporters_->targets();
  for (std::size_t i = 0; i < all.size(); ++i) {
    exporters_at_.push_back(targets_.size());
    place_.push_back(i);
    bodies_.emplace_back();
    targets_.push_back(all[i]);
  }
}

// kube-state-metrics has further series: those that came last stand last, whose ever they are.
void Exposition::join(Target& state) {
  std::vector<model::SeriesInfo> own = std::move(state.series);
  const std::vector<model::SeriesInfo>& added = exporters_->joined();
  const auto known = static_cast<std::size_t>(std::ranges::count(joined_, true, &std::pair<bool, std::size_t>::first));
  for (std::size_t i = joined_.size() - known; i < own.size(); ++i) joined_.emplace_back(false, i);
  for (std::size_t i = known; i < added.size(); ++i) joined_.emplace_back(true, i);
  state.series.clear();
  for (const auto& [of_exporter, i] : joined_) state.series.push_back(of_exporter ? added[i] : own[i]);
}

// The cluster's targets as they are now: with more series than before, or more of them.
void Exposition::take_up_cluster() {
  std::vector<Target> targets = cluster_->targets();
  if (exporters_ && exporters_->joins() && !targets.empty()) join(targets.front());
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (i < cluster_at_.size()) {
      targets_[cluster_at_[i]].series = std::move(targets[i].series);
      continue;
    }
    cluster_at_.push_back(targets_.size());
    place_.push_back(i);
    bodies_.emplace_back();
    targets_.push_back(std::move(targets[i]));
  }
}

void Exposition::add_slot() {
  target_of_.push_back(kNone);
  disturbed_.emplace_back();
  tallies_.emplace_back();
}

void Exposition::add_pod(std::size_t slot, const std::vector<MetricSpec>& metrics, const std::vector<FaultSpec>& faults,
                         const Production& p) {
  unlist(slot);
  add_target(p.flow.model().services[p.pods.service_of(slot)], slot, p.pods, metrics, faults, p.now);
  if (exporters_) {
    for (const std::size_t i : exporters_->add_pod(slot, p.pods)) {
      targets_[exporters_at_[i]].series = exporters_->targets()[i].series;
    }
  }
  if (!cluster_) return;
  cluster_->add(slot, p.pods);
  take_up_cluster();
}

void Exposition::unlist(std::size_t slot) {
  if (target_of_[slot] != kNone) targets_[target_of_[slot]].listed = false;
}

void Exposition::add_target(const ServiceModel& m, std::size_t slot, const Pods& pods,
                            const std::vector<MetricSpec>& metrics, const std::vector<FaultSpec>& faults,
                            Time started) {
  Target target = make_target(m.spec, pods, slot);
  std::map<std::string, std::size_t> fault_indices;
  for (std::size_t i = 0; i < faults.size(); ++i) fault_indices.emplace(faults[i].id, i);
  Body body;
  body.started = started;
  target.series = instrument_series(m, target.labels);
  body.instruments = target.series.size();
  body.versions = releases_for(m.spec, faults);
  const auto is_version = [](const model::SeriesInfo& info) { return info.labels.metric_name() == "build_info"; };
  body.version = static_cast<std::size_t>(std::ranges::find_if(target.series, is_version) - target.series.begin());
  for (const MetricSpec& metric : metrics) {
    if (metric.service != m.spec.name || (metric.per == "service" && target.place != 0)) continue;
    std::vector<std::string> versions = {m.spec.version};
    for (const Release* release : body.versions) versions.push_back(release->version);
    if (!by_version(metric)) versions.resize(1);
    for (const std::string& version : versions) {
      body.own.emplace_back(metric, m, fault_indices, seed_, target.labels, version);
      const auto& series = body.own.back().series();
      target.series.insert(target.series.end(), series.begin(), series.end());
    }
  }
  body.forged = make_series(forged_of(m.spec, target.place, faults), target);
  for (const Release* release : body.versions) {
    const auto series = version_series(m, target.labels, release->version);
    target.series.insert(target.series.end(), series.begin(), series.end());
    body.requests = series.size() - 1;
  }
  place_.push_back(slot);
  target_of_[slot] = targets_.size();
  targets_.push_back(std::move(target));
  bodies_.push_back(std::move(body));
}

void Exposition::restarted(std::size_t slot, Time t) {
  bodies_[target_of_[slot]].started = t;
  tallies_[slot].restarted = true;
  if (disturbed_[slot]) disturbed_[slot]->restart(t);
}

// What ends with a pod that has gone is no symptom of a fault.
void Exposition::tell(std::size_t target, const ScrapeOutcome& outcome) {
  const Target& of = targets_[target];
  if (of.kind == TargetKind::replica && of.listed) tallies_[place_[target]].add(outcome);
}

void Exposition::write_own(std::size_t of, const Moment& moment, const Production& p, double* out) {
  const Target& target = targets_[of];
  Body& body = bodies_[of];
  const ServiceModel& m = p.flow.model().services[target.service_index];
  const ReplicaTally& tally = p.tallies.replica(target.service_index, target.replica);
  for (OwnMetric& metric : body.own) {
    const auto measures = [&](std::size_t replica) {
      return metric.version().empty() || metric.version() == version_of(p, target.service_index, replica);
    };
    if (metric.per_service() && !speaks_for_service(p.pods, target)) {
      std::fill_n(out, metric.series().size(), absent());
    } else if (metric.per_service()) {
      counts_.assign(m.layout.counts, 0);
      sums_.assign(m.routes.size(), 0);
      code_sums_.assign(m.routes.size() * m.layout.slots, 0);
      bool any = false;
      for (std::size_t r = 0; r < p.flow.replicas(target.service_index); ++r) {
        if (!measures(r)) continue;
        any = true;
        const ReplicaTally& one = p.tallies.replica(target.service_index, r);
        for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += one.counts[i];
        for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] += one.response_sum_s[i];
        for (std::size_t i = 0; i < code_sums_.size(); ++i) code_sums_[i] += one.response_code_s[i];
      }
      if (any) {
        const Moment all = moment_of_service(p, target.service_index, metric.version());
        metric.write(all, {counts_, sums_, code_sums_}, p.faults, out);
      } else {
        std::fill_n(out, metric.series().size(), absent());
      }
    } else if (measures(target.replica)) {
      metric.write(moment, {tally.counts, tally.response_sum_s, tally.response_code_s}, p.faults, out);
    } else {
      std::fill_n(out, metric.series().size(), absent());
    }
    out += metric.series().size();
  }
  for (const std::optional<double>& value : body.forged.are) *out++ = value.value_or(absent());
}

// What is told apart by version belongs to the one that runs.
void Exposition::write_versions(const Body& body, const Release* running, std::vector<double>& values) {
  if (body.versions.empty()) return;
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

void Exposition::disturb(std::size_t slot, const ScrapeConditions& conditions, const Production& production) {
  if (target_of_[slot] == kNone) return;
  Boxed<DisturbedScrapes>& spoiler = disturbed_[slot];
  const Target& target = targets_[target_of_[slot]];
  if (!spoiler) {
    if (conditions == ScrapeConditions{}) return;
    spoiler = Boxed(DisturbedScrapes(seed_, format("{}-{}", target.service, target.replica)));
  }
  if (!spoiler->set(conditions, production.now)) return;
  std::vector<double> exposed;
  expose(target_of_[slot], production, exposed);
  spoiler->begin_anew(target.series, exposed);
}

// What a target's process shows of itself.
void Exposition::expose(std::size_t of, const Production& p, std::vector<double>& values) {
  const Target& target = targets_[of];
  Body& body = bodies_[of];
  const ServiceModel& m = p.flow.model().services[target.service_index];
  const ReplicaClass& k = p.flow.class_of(target.service_index, target.replica);
  ReplicaTally& tally = p.tallies.replica(target.service_index, target.replica);
  p.tallies.draw(p.flow, target.service_index, target.replica, p.now);
  const Moment moment = moment_of_replica(p, target.service_index, target.replica, body.started);
  values.resize(target.series.size());
  write_instruments(m, k, tally, moment, body.started, values.data());
  write_own(of, moment, p, values.data() + body.instruments);
  write_versions(body, p.pods.release(place_[of]), values);
}

ScrapeResult Exposition::scrape_cluster(std::size_t target, const Production& p, std::vector<double>& values,
                                        const Vantage& at) {
  if (joined_.empty() || targets_[target].kind != TargetKind::kube_state_metrics) {
    return cluster_->scrape(place_[target], p.pods, p.now, values);
  }
  ScrapeResult result = cluster_->scrape(place_[target], p.pods, p.now, apart_);
  values.clear();
  if (!result.up) return result;
  added_.clear();
  exporters_->append_joined(at, added_);
  result.samples = 0;
  for (const auto& [of_exporter, i] : joined_) {
    values.push_back(of_exporter ? added_[i] : apart_[i]);
    result.samples += is_absent(values.back()) ? 0 : 1;
  }
  return result;
}

ScrapeResult Exposition::scrape(std::size_t target, const Production& p, std::vector<double>& values,
                                const MonitorCounts& monitor, const AlertmanagerCounts& alertmanager) {
  if (targets_[target].kind == TargetKind::recorded) return recorded_->scrape(place_[target], p.now, values);
  if (targets_[target].kind != TargetKind::replica) {
    Vantage at;
    at.production = &p;
    at.board = &p.board;
    at.monitor = &monitor;
    at.alertmanager = &alertmanager;
    if (targets_[target].kind == TargetKind::exporter) return exporters_->scrape(place_[target], at, values);
    return scrape_cluster(target, p, values, at);
  }
  if (targets_[target].listed) return scrape_pod(target, p, values);
  values.clear();
  return {.discovered = false};
}

// After how many seconds a scrape that is not answered is over; nothing: it is.
std::optional<double> Exposition::unanswered(const ReplicaClass& k, ReplicaTally& tally, ScrapeTally& scrapes) {
  const double refused = k.conditions.replica.scrapes_refused;
  if (refused > 0 && tally.scrapes.uniform() < refused) {
    scrapes.failed += 1;
    scrapes.fail(true);
    scrapes.seconds += kScrapeSeconds / 10;
    return kScrapeSeconds / 10;
  }
  const double silent = k.conditions.replica.scrapes_silent;
  if (silent > 0 && tally.scrapes.uniform() < silent) {
    scrapes.failed += 1;
    scrapes.fail(false);
    return kSilentScrapeSeconds;
  }
  return std::nullopt;
}

// As scrape_pod(), in all that is drawn from streams that are gone on with.
void Exposition::pass_by(std::size_t of, const Production& p) {
  const Target& target = targets_[of];
  if (target.kind != TargetKind::replica || !target.listed) return;
  if (disturbed_[place_[of]]) {
    scrape_pod(of, p, apart_);
    return;
  }
  ScrapeTally& scrapes = tallies_[place_[of]];
  ReplicaTally& tally = p.tallies.replica(target.service_index, target.replica);
  if (unanswered(p.flow.class_of(target.service_index, target.replica), tally, scrapes)) return;
  p.tallies.draw(p.flow, target.service_index, target.replica, p.now);
  tally.scrapes.lognormal(0, kScrapeSpread);
}

ScrapeResult Exposition::scrape_pod(std::size_t of, const Production& p, std::vector<double>& values) {
  const Target& target = targets_[of];
  const std::size_t slot = place_[of];
  const ReplicaClass& k = p.flow.class_of(target.service_index, target.replica);
  ReplicaTally& tally = p.tallies.replica(target.service_index, target.replica);
  ScrapeResult result;
  ScrapeTally& scrapes = tallies_[slot];
  values.clear();
  DisturbedScrapes* spoiler = disturbed_[slot].get();
  if (spoiler != nullptr) {
    result.disturbed = &spoiler->conditions();
    result.discovered = spoiler->discovered();
    if (!result.discovered) return result;
  }
  scrapes.made += 1;
  scrapes.last = p.now;
  if (const auto missed = unanswered(k, tally, scrapes)) {
    result.duration_s = *missed;
    return result;
  }
  expose(of, p, values);
  result.up = true;
  scrapes.fresh = std::exchange(scrapes.restarted, false);
  result.duration_s = kScrapeSeconds * tally.scrapes.lognormal(0, kScrapeSpread);
  if (spoiler != nullptr) {
    scrapes.outcomes.named += spoiler->spoil(target.series, bodies_[of].forged.made, values, p.now, scrapes.forged);
    result.duration_s += spoiler->delay_s();
  }
  for (const double v : values) result.samples += is_absent(v) ? 0 : 1;
  scrapes.samples += static_cast<double>(result.samples);
  scrapes.seconds += result.duration_s;
  return result;
}

}  // namespace firedrill::fake_services
