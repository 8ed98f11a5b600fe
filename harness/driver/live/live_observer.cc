#include "driver/live/live_observer.h"

#include <algorithm>

namespace firedrill::driver::live {

using fake_services::Hit;
using fake_services::Observation;
using fake_services::ProbeType;
using fake_services::ServiceSpec;

LiveObserver::LiveObserver(LiveWorld& world, const LiveScraper& scraper, const fake_services::MonitorCounts& monitor,
                           const fake_services::AlertmanagerCounts& alertmanager,
                           const std::vector<double>& outside_usual, Time now, double seconds)
    : pace_(world.pace().speed),
      model_(world.model()),
      scraper_(scraper),
      monitor_(monitor),
      alertmanager_(alertmanager),
      usual_(outside_usual),
      now_(now),
      seconds_(seconds),
      replicas_(model_.services.size()) {
  for (std::size_t s = 0; s < model_.services.size(); ++s) {
    outside_.push_back(world.clients().counts(s));
    for (std::size_t r = 0; r < world.services().slots(s); ++r) replicas_[s].push_back(world.services().record(s, r));
  }
}

void LiveObserver::go_back_to(LiveWorld& world, const std::vector<fake_services::OutsideCounts>& outside) {
  outside_ = outside;
  for (std::size_t s = 0; s < replicas_.size(); ++s) {
    for (std::size_t r = 0; r < replicas_[s].size(); ++r) replicas_[s][r] = world.services().record(s, r, true);
  }
}

Observation LiveObserver::over_edge(std::size_t service, std::size_t edge, WhileLeft fault) const {
  Observation out;
  for (const ReplicaRecord& replica : replicas_[service]) {
    if (!fault || model_.services[service].spec.program) {
      out.add(replica.account.edges[edge]);
    } else if (const auto seen = replica.account.while_left.find(*fault); seen != replica.account.while_left.end()) {
      out.add(seen->second[edge]);
    }
  }
  return out;
}

// A program of the user's own tells nothing of what it met. What came through its ways was seen there; of what did not
// get so far the checks of the same addresses know.
Observation LiveObserver::met_by_callers(std::size_t service, std::size_t edge, WhileLeft fault) const {
  const Observation checked = over_edge(service, edge, fault);
  if (!model_.services[service].spec.program) return checked;
  Observation out;
  for (const ReplicaRecord& replica : replicas_[service]) out.add(replica.passed[edge]);
  out.refused += checked.refused;
  out.timed_out += checked.timed_out;
  out.reset += checked.reset;
  out.attempts += checked.refused + checked.timed_out + checked.reset;
  return out;
}

Observation LiveObserver::callers_of(std::size_t service, WhileLeft fault) const {
  const fake_services::OutsideCounts& outside = outside_[service];
  const auto few = fault ? outside.while_left.find(*fault) : outside.while_left.end();
  Observation out = !fault ? outside.seen : few != outside.while_left.end() ? few->second : Observation{};
  for (std::size_t s = 0; s < model_.services.size(); ++s) {
    for (std::size_t e = 0; e < model_.services[s].edges.size(); ++e) {
      if (model_.services[s].edges[e].callee == service) out.add(met_by_callers(s, e, fault));
    }
  }
  return out;
}

Observation LiveObserver::of(std::span<const Hit> hits, fake_services::View view) const {
  return seen_of(hits, view, std::nullopt);
}

Observation LiveObserver::while_left(std::size_t fault, std::span<const Hit> hits, fake_services::View view) const {
  return seen_of(hits, view, fault);
}

Observation LiveObserver::seen_of(std::span<const Hit> hits, fake_services::View view, WhileLeft fault) const {
  Observation out;
  for (const Hit& hit : hits) {
    const ServiceSpec& service = model_.services[hit.service].spec;
    Observation seen;
    if (hit.edge) {
      seen = over_edge(hit.service, *hit.edge, fault);
    } else if (view == fake_services::View::callers) {
      seen = callers_of(hit.service, fault);
    } else {
      for (std::size_t e = 0; e < model_.services[hit.service].edges.size(); ++e)
        seen.add(over_edge(hit.service, e, fault));
    }
    // Of these, what is said of requests; the rest is the target's own.
    seen.calls = seen.retries = seen.cache_hits = seen.cache_misses = seen.pool_timeouts = 0;
    seen.pool_in_use = seen.pool_size = seen.pool_waiting = 0;
    seen.outside = outside_[hit.service].seen.outside;
    out.add(seen);
    out.usual += usual_[hit.service];
    if (service.traffic) out.drift = std::max(out.drift, service.traffic->noise.deviation);
    out.replicas += static_cast<double>(
        service.external ? service.replicas : std::ranges::count(replicas_[hit.service], true, &ReplicaRecord::there));
    out.endpoints += static_cast<double>(std::ranges::count(replicas_[hit.service], true, &ReplicaRecord::ready));
    for (std::size_t r = 0; r < std::min(hit.replicas.size(), replicas_[hit.service].size()); ++r) {
      if (hit.replicas[r]) add_replica(hit, r, out);
    }
  }
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
  out.seconds = seconds_;
  out.pace = pace_;
  return out;
}

void LiveObserver::add_replica(const Hit& hit, std::size_t index, Observation& out) const {
  const ReplicaRecord& record = replicas_[hit.service][index];
  const Observation& own = record.account.own;
  out.targeted += record.there ? 1 : 0;
  out.measured += own.measured;
  out.served += own.served;
  out.cpu_s += own.cpu_s;
  out.in_flight += own.in_flight;
  out.queued += own.queued;
  out.memory_bytes += own.memory_bytes;
  out.request_bytes += own.request_bytes;
  out.published += own.published;
  out.consumed += own.consumed;
  out.backlog += own.backlog;
  for (std::size_t e = 0; e < record.account.edges.size(); ++e) {
    if (hit.edge && *hit.edge != e) continue;
    const Observation& edge = record.account.edges[e];
    out.calls += edge.calls;
    out.retries += edge.retries;
    out.cache_hits += edge.cache_hits;
    out.cache_misses += edge.cache_misses;
    out.pool_timeouts += edge.pool_timeouts;
    out.pool_in_use += edge.pool_in_use;
    out.pool_size += edge.pool_size;
    out.pool_waiting += edge.pool_waiting;
  }
  if (model_.services[hit.service].spec.external) return;
  out.listening += record.listening ? 1 : 0;
  out.starting_late += record.starting_late ? 1 : 0;
  if (record.there) out.versions[record.version] += 1;
  out.restarts += record.restarts;
  out.exits += record.exits;
  out.kills += record.kills;
  out.oom_kills += record.oom_kills;
  out.disk_used += own.disk_used;
  out.disk_bytes += own.disk_bytes;
  out.endpoint_changes += record.endpoint_changes;
  const auto probes = [&](ProbeType type, double& made, double& failed) {
    const auto& probed = record.probes[static_cast<std::size_t>(type)];
    if (!probed) return;
    made += static_cast<double>(probed->successful + probed->failed);
    failed += static_cast<double>(probed->failed);
  };
  probes(ProbeType::liveness, out.liveness_probes, out.liveness_failures);
  probes(ProbeType::readiness, out.readiness_probes, out.readiness_failures);
  probes(ProbeType::startup, out.startup_probes, out.startup_failures);
  add_scrapes(hit.service, index, out);
}

double LiveObserver::forged(std::span<const Hit> hits, const fake_services::ForgedMetric& metric) const {
  double samples = 0;
  const auto targets = scraper_.targets();
  for (std::size_t t = 0; t < targets.size(); ++t) {
    const auto meets = [&](const Hit& hit) {
      return targets[t].service_index == hit.service && targets[t].replica < hit.replicas.size() &&
             hit.replicas[targets[t].replica];
    };
    if (std::ranges::none_of(hits, meets)) continue;
    const fake_services::ForgedCounts& counts = scraper_.tally(t).forged;
    if (const auto at = counts.find(&metric); at != counts.end()) samples += at->second;
  }
  return samples;
}

double LiveObserver::level(std::span<const Hit> /*hits*/, std::size_t state) const {
  return fake_services::state_table()[state].healthy;
}

void LiveObserver::add_scrapes(std::size_t service, std::size_t index, Observation& out) const {
  const auto targets = scraper_.targets();
  for (std::size_t t = 0; t < targets.size(); ++t) {
    if (targets[t].service_index != service || targets[t].replica != index) continue;
    fake_services::add(out, scraper_.tally(t));
  }
}

}  // namespace firedrill::driver::live
