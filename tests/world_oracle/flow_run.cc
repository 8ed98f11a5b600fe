#include "flow_run.h"

#include <algorithm>

#include "base/maths.h"

namespace firedrill::world_oracle {

FlowRun::FlowRun(const Scene& scene, const Counters& layout)
    : scene_(&scene),
      layout_(&layout),
      flow_(scene.model, 1, Time{}),
      sums_(layout.entries.size(), 0),
      first_times_(scene.model) {
  adopt(scene.before);
  flow_.settle(Time{});
  // As the simulation begins: queues near their limit take long to fill.
  for (std::size_t i = 0; i < scene.model.services.size(); ++i) {
    for (ReplicaClass& k : flow_.service(i).classes) {
      k.occupancy = k.next_occupancy = k.busy = k.next_busy = 0;
      for (Ending& e : k.at_work.endings) e.held = 0;
    }
  }
  flow_.disturb();
}

void FlowRun::adopt(const std::vector<ServiceScene>& scenes) {
  for (std::size_t s = 0; s < scenes.size(); ++s) {
    flow_.set_conditions(s, scenes[s].whole);
    flow_.set_traffic_conditions(s, scenes[s].replicas);
  }
  flow_.disturb();
}

void FlowRun::change() {
  changed_at_ = to_seconds(now_);
  for (const ServiceModel& m : scene_->model.services) none_open_.emplace_back(m.edges.size(), 1.0);
  adopt(scene_->after);
}

void FlowRun::calm_caches() {
  adopt(scene_->later);
}

void FlowRun::ask(Places places) {
  places_ = std::move(places);
  below_ = places_;
  for (auto& route : below_) std::ranges::fill(route, 0.0);
  responses_.assign(places_.size(), 0);
}

Places FlowRun::shares() const {
  Places shares = below_;
  for (std::size_t r = 0; r < shares.size(); ++r) {
    for (double& share : shares[r]) share = responses_[r] > 0 ? share / responses_[r] : 0;
  }
  return shares;
}

void FlowRun::advance(double until) {
  const Time end = Time(from_seconds(until));
  while (now_ < end) {
    const Time begun = now_;
    now_ = flow_.begin_step(begun, end);
    count(to_seconds(now_ - begun));
    flow_.end_step(now_);
    look(to_seconds(now_));
  }
}

namespace {

// Over a step.
double mean_in_flight(const ReplicaClass& k) {
  const double next = k.next_busy + std::max(0.0, k.next_occupancy - k.next_busy) * k.queue_factor;
  return (in_flight(k) + next) / 2;
}

}  // namespace

void FlowRun::count(double seconds) {
  for (std::size_t s = 0; s < scene_->model.services.size(); ++s) {
    const ServiceModel& m = scene_->model.services[s];
    const ServiceState& state = flow_.service(s);
    for (std::size_t i = 0; i < kConnectFailures; ++i) {
      sums_[layout_->outside(s, i)] += state.outside_connect_failures[i] * seconds;
    }
    for (const ReplicaClass& k : state.classes) {
      const double replicas = static_cast<double>(k.replicas) * seconds;
      for (std::size_t r = 0; r < m.routes.size(); ++r) {
        for (std::size_t slot = 0; slot < m.layout.slots; ++slot) {
          for (std::size_t b = 0; b < m.layout.buckets; ++b) {
            sums_[layout_->response(s, slot)] += replicas * k.rate[m.layout.response(r, slot) + b];
          }
        }
      }
      sums_[layout_->busy(s)] += replicas * (k.busy + k.next_busy) / 2;
      sums_[layout_->in_flight(s)] += replicas * mean_in_flight(k);
      for (std::size_t e = 0; e < m.edges.size(); ++e) {
        for (std::size_t o = 0; o < kCallOutcomes; ++o) {
          const auto outcome = static_cast<CallOutcome>(o);
          sums_[layout_->outcome(s, e, outcome)] += replicas * k.rate[m.layout.outcome(e, outcome)];
        }
        for (std::size_t i = 0; i < m.edges[e].codes.list.size(); ++i) {
          const bool error = m.edges[e].codes.list[i] >= 400;
          sums_[layout_->outcome(s, e, error ? CallOutcome::error : CallOutcome::success)] +=
              replicas * k.rate[m.layout.code(e, i)];
        }
        sums_[layout_->pool(s, e)] += replicas * k.edges[e].pool.in_use;
      }
      if (!places_.empty()) count_times(s, k, seconds);
    }
  }
}

void FlowRun::count_times(std::size_t s, const ReplicaClass& k, double seconds) {
  for (std::size_t r = 0; r < k.routes.size(); ++r) {
    const std::size_t route = layout_->first_route[s] + r;
    for (const Component& part : k.routes[r].parts) {
      const double weight = part.rate * static_cast<double>(k.replicas) * seconds;
      if (part.share <= 0 || weight <= 0) continue;
      responses_[route] += weight;
      for (std::size_t i = 0; i < places_[route].size(); ++i) {
        below_[route][i] += weight * part.time->cdf(places_[route][i]);
      }
    }
  }
}

void FlowRun::look(double at) {
  if (changed_at_ < 0) return;
  const auto note = [&](double& first, bool happens) {
    if (happens && first >= kNever) first = at - changed_at_;
  };
  for (std::size_t s = 0; s < scene_->model.services.size(); ++s) {
    double all = 0;
    for (const ReplicaClass& k : flow_.service(s).classes) {
      all += static_cast<double>(k.replicas) * in_flight(k);
      for (std::size_t e = 0; e < k.edges.size(); ++e) {
        double& none = none_open_[s][e];
        none *= maths::pow(1 - k.edges[e].breakers.opened, static_cast<double>(k.replicas));
        note(first_times_.breaker[s][e], none < 0.5);
        note(first_times_.warm[s][e], k.edges[e].cache_cold < kWarm);
      }
    }
    note(first_times_.queue[s], all >= kNearlyFull * layout_->entries[layout_->in_flight(s)].full);
  }
}

}  // namespace firedrill::world_oracle
