#include "fake_services/faults/observer.h"

#include <algorithm>

#include "fake_services/topology/release.h"

namespace firedrill::fake_services {

void ScrapeTally::fail(bool refused) {
  if (failures > 0 && last_failures[(failures - 1) % kLastFailures].t == last) return;
  last_failures[failures++ % kLastFailures] = {last, refused};
}

void ScrapeTally::add(const ScrapeOutcome& outcome) {
  if (outcome.timed_out > 0) fail(false);
  outcomes.timed_out += outcome.timed_out;
  outcomes.gone += outcome.gone;
  outcomes.nan += outcome.nan;
  outcomes.named += outcome.named;
  outcomes.renamed += outcome.renamed;
  outcomes.skewed += outcome.skewed;
  if (fresh) return;
  outcomes.ended += outcome.ended;
  outcomes.fell += outcome.fell;
}

void add(Observation& out, const ScrapeTally& scrapes) {
  out.scrapes += scrapes.made;
  out.scrapes_failed += scrapes.failed;
  out.scrape_s += scrapes.seconds;
  out.samples += scrapes.samples;
  out.scrapes_timed_out += scrapes.outcomes.timed_out;
  out.targets_gone += scrapes.outcomes.gone;
  out.samples_nan += scrapes.outcomes.nan;
  out.samples_named += scrapes.outcomes.named;
  out.samples_renamed += scrapes.outcomes.renamed;
  out.samples_skewed += scrapes.outcomes.skewed;
  out.series_ended += scrapes.outcomes.ended;
  out.counters_fallen += scrapes.outcomes.fell;
}

double FlowObserver::forged(std::span<const Hit> hits, const ForgedMetric& metric) const {
  double samples = 0;
  for (const Hit& hit : hits) {
    for (std::size_t r = 0; r < hit.replicas.size(); ++r) {
      if (!hit.replicas[r]) continue;
      const ForgedCounts& counts = scrapes_[pods_.index_of(hit.service, r)].forged;
      if (const auto at = counts.find(&metric); at != counts.end()) samples += at->second;
    }
  }
  return samples;
}

Observation FlowObserver::of(std::span<const Hit> hits, View view) const {
  Observation out;
  for (const Hit& hit : hits) {
    add_requests(hit, view, out);
    out.waited_for += waited_for(hit, view);
    const ServiceSpec& service = flow_.model().services[hit.service].spec;
    out.replicas += static_cast<double>(service.external ? static_cast<std::size_t>(service.replicas)
                                                         : pods_.existing(hit.service));
    const ServiceState& state = flow_.service(hit.service);
    out.endpoints += service.external ? state.ready : static_cast<double>(pods_.endpoints(hit.service));
    out.outside += tallies_.service(hit.service).outside.attempts;
    out.usual += tallies_.service(hit.service).usual;
    if (service.traffic) out.drift = std::max(out.drift, service.traffic->noise.deviation);
    out.published += state.queue.published;
    out.consumed += state.queue.consumed;
    out.backlog += state.queue.backlog;
    if (service.certificate) out.certificate_expiry_s += to_seconds(certificates_[hit.service]);
    for (std::size_t r = 0; r < hit.replicas.size(); ++r) {
      if (!hit.replicas[r]) continue;
      add_replica(hit, r, out);
      if (service.external || pods_.stays(pods_.index_of(hit.service, r))) add_levels(hit, r, out);
      if (!service.external) add_pod(hit, r, out);
    }
  }
  add_monitor(out);
  out.seconds = seconds_;
  return out;
}

double FlowObserver::level(std::span<const Hit> hits, std::size_t state) const {
  const StateKind& kind = state_table()[state];
  double worst = board_.level_at(board_.services.size(), {}, state);
  const auto look = [&](double level) {
    if (kind.bad > kind.healthy ? level > worst : level < worst) worst = level;
  };
  for (const Hit& hit : hits) {
    if (kind.of == StateOf::component) look(board_.level_at(hit.service, {}, state));
    for (std::size_t r = 0; kind.of == StateOf::node && r < hit.replicas.size(); ++r) {
      if (!hit.replicas[r] || flow_.model().services[hit.service].spec.external) continue;
      look(board_.level_at(hit.service, pods_.identity(pods_.index_of(hit.service, r)).node, state));
    }
  }
  return worst;
}

void FlowObserver::add_requests(const Hit& hit, View view, Observation& out) const {
  if (hit.edge) return out.add(tallies_.seen_over_edge(hit.service, *hit.edge));
  if (view == View::callers) return out.add(tallies_.seen_of_service(hit.service));
  for (std::size_t e = 0; e < flow_.model().services[hit.service].edges.size(); ++e) {
    out.add(tallies_.seen_over_edge(hit.service, e));
  }
}

// In vain.
double FlowObserver::waited_for(const Hit& hit, View view) const {
  const FlowModel& model = flow_.model();
  const bool callers = !hit.edge && view == View::callers;
  const ServiceState& target = flow_.service(hit.service);
  double sum = 0;
  if (callers && target.traffic) {
    const double timeout_s = to_seconds(target.traffic->spec().timeout);
    for (const Awaited* each : {&target.dropped, &target.unanswered, &target.too_late}) sum += inside(*each, timeout_s);
  }
  for (std::size_t s = 0; s < model.services.size(); ++s) {
    const ServiceModel& m = model.services[s];
    for (std::size_t c = 0; c < m.calls.size(); ++c) {
      const std::size_t e = m.calls[c].edge;
      const bool its = callers ? m.edges[e].callee == hit.service : s == hit.service && hit.edge.value_or(e) == e;
      if (!its) continue;
      for (const ReplicaClass& k : flow_.service(s).classes) {
        sum += static_cast<double>(k.replicas) * waited_for_in_vain(k.calls_under_way[c], m.edges[e]);
      }
    }
  }
  return sum;
}

void FlowObserver::add_replica(const Hit& hit, std::size_t replica, Observation& out) const {
  const ServiceModel& m = flow_.model().services[hit.service];
  const ReplicaTally& tally = tallies_.service(hit.service).replicas[replica];
  out.served += tally.served;
  out.cpu_s += tally.cpu_total;
  for (std::size_t e = 0; e < m.edges.size(); ++e) {
    if (hit.edge && *hit.edge != e) continue;
    const CallTally& calls = tally.calls[e];
    out.calls += calls.operations;
    out.retries += calls.retries;
    out.pool_timeouts += calls.pool_timeouts;
    out.cache_hits += calls.cache_hits;
    out.cache_misses += calls.cache_misses;
  }
}

// What it has now, as long as it is there.
void FlowObserver::add_levels(const Hit& hit, std::size_t replica, Observation& out) const {
  const ServiceModel& m = flow_.model().services[hit.service];
  const ReplicaClass& k = flow_.class_of(hit.service, replica);
  out.targeted += 1;
  out.measured += 1;
  out.in_flight += in_flight(k);
  out.queued += std::max(0.0, in_flight(k) - k.busy);
  out.memory_bytes += m.spec.memory.baseline + m.spec.memory.per_request * in_flight(k);
  out.request_bytes += m.spec.memory.per_request * in_flight(k);
  if (m.spec.disk) {
    out.disk_bytes += m.spec.disk->size;
    out.disk_used += disk_used(m, k);
  }
  for (std::size_t e = 0; e < m.edges.size(); ++e) {
    if (hit.edge && *hit.edge != e) continue;
    out.pool_in_use += k.edges[e].pool.in_use;
    out.pool_waiting += k.edges[e].pool.waiting;
    out.pool_size += static_cast<double>(m.edges[e].spec.pool.size);
  }
}

void FlowObserver::add_pod(const Hit& hit, std::size_t replica, Observation& out) const {
  const std::size_t index = pods_.index_of(hit.service, replica);
  add(out, scrapes_[index]);
  const PodCounts& counts = pods_.counts(index);
  out.listening += pods_.listens(index) ? 1 : 0;
  out.starting_late += pods_.starts_late(index, now_) ? 1 : 0;
  const Release* release = pods_.release(index);
  if (pods_.stays(index))
    out.versions[release != nullptr ? release->version : flow_.model().services[hit.service].spec.version] += 1;
  out.memory_bytes += pods_.leaked(index, now_);
  out.restarts += counts.restarts;
  out.exits += counts.exits;
  out.oom_kills += counts.oom_kills;
  out.kills += counts.kills;
  out.endpoint_changes += counts.endpoint_changes;
  const auto probes = [&](ProbeType type, double& made, double& failed) {
    const auto probed = pods_.probed(index, type, now_);
    if (!probed) return;
    made += static_cast<double>(probed->successful + probed->failed);
    failed += static_cast<double>(probed->failed);
  };
  probes(ProbeType::liveness, out.liveness_probes, out.liveness_failures);
  probes(ProbeType::readiness, out.readiness_probes, out.readiness_failures);
  probes(ProbeType::startup, out.startup_probes, out.startup_failures);
}

void FlowObserver::add_monitor(Observation& out) const {
  out.evaluations += monitor_.evaluations;
  out.evaluations_missed += monitor_.evaluations_missed;
  out.evaluation_delay_s += monitor_.evaluation_delay_s;
  out.evaluations_overdue += monitor_.evaluations_overdue;
  out.scrapes_missed += monitor_.scrapes_missed;
  out.notifications += monitor_.notifications;
  out.notifications_lost += monitor_.notifications_lost;
  out.receiver_requests += alertmanager_.requests;
  out.receiver_refusals += alertmanager_.requests_refused;
  out.receiver_timeouts += alertmanager_.requests_timed_out;
  out.receiver_s += alertmanager_.request_s;
}

}  // namespace firedrill::fake_services
