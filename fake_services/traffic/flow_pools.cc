// Connections, and who waits for one, by the calls of a replica over one edge.
#include <algorithm>

#include "base/maths.h"
#include "fake_services/traffic/flow.h"
#include "fake_services/traffic/stations/pool_wait.h"

namespace firedrill::fake_services {
namespace {

constexpr double kHardlyAnyWaits = 3e-4;

// Calls over an edge that so many requests can have under way at once.
double calls_of(double requests, const ReplicaClass& k, std::size_t e, const EdgeModel& edge) {
  return maths::floor(requests * edge.at_once * (1 + k.conditions.dependencies[e].extra_attempts));
}

// Requests that a replica can have at work: where callers are few, all that they can have under way, unless they send
// them to where there are the fewest.
double requests_at_most(const ReplicaClass& k, const ServiceState& s) {
  const auto workers = static_cast<double>(k.station->workers());
  if (k.bounded == nullptr) return workers;
  const bool even = k.bounded->arrivals().policy == LoadBalancing::least_requests;
  return std::min(workers, maths::ceil(even ? s.callers / static_cast<double>(k.replicas) : s.callers));
}

double variation_of(const EdgeState& edge) {
  const double square = edge.holding_s * edge.holding_s;
  return square > 0 ? std::clamp(edge.holding_square_s2 / square - 1, 0.0, 50.0) : 1;
}

// Connections that are ending keep their places and no caller: so many more can ask for one or have one at once.
void hold_closing(PoolLoad& load, const DependencyConditions& conditions, double answered, std::int64_t connections) {
  const double share = conditions.closing * answered;
  if (share <= 0 || conditions.closing_s <= 0) return;
  const double late = conditions.closing_s;
  const double square = (load.holding_variation + 1) * load.holding_s * load.holding_s;
  const double longer = square + 2 * load.holding_s * share * late + share * late * late;
  load.holding_s += share * late;
  load.holding_variation = std::clamp(longer / (load.holding_s * load.holding_s) - 1, 0.0, 50.0);
  load.population += static_cast<double>(connections);
}

// Every connection has leaked: all wait out their patience.
PoolState no_pool(const PoolLoad& load) {
  return {.gives_up = 1,
          .wait = {load.patience_s, 0},
          .in_use = 0,
          .waiting = std::min(load.population, load.arrivals * load.patience_s)};
}

// What is left of a call that has begun: of all that go over the edge, each as its first attempt.
void make_left(PoolWait& wait, const ReplicaClass& k, const ServiceModel& m, std::size_t e) {
  double all = 0;
  for (std::size_t c = 0; c < m.calls.size(); ++c) {
    if (m.calls[c].edge == e) all += k.call_rates[c];
  }
  wait.held_from.begin();
  for (std::size_t c = 0; c < m.calls.size() && all > 0; ++c) {
    if (m.calls[c].edge != e) continue;
    const Attempt& attempt = attempts_of(k, c).front();
    const auto add = [&](double share, const Law& law) {
      if (share <= 0 || law == nullptr) return;
      wait.held_from.share(share * k.call_rates[c] / all);
      wait.held_from.law(law);
    };
    add(attempt.success, attempt.success_time);
    add(attempt.unreached, attempt.unreached_time);
    add(attempt.timed_out, attempt.timed_out_time);
    add(attempt.error, attempt.error_time);
  }
  if (!wait.held_from.moved()) return;
  const Law held = wait.held_from.mixture();
  wait.left = held->share() > 0 ? std::make_shared<const Times>(residual(*held)) : nullptr;
}

// In steps of a fiftieth: it follows from what it leads to.
double in_steps(double seconds) {
  constexpr double kStep = 0.02;
  return seconds <= 1e-6 ? 0 : maths::exp(kStep * maths::floor(maths::log(seconds) / kStep + 0.5));
}

void make_wait(PoolWait& wait, std::int64_t connections, const PoolLoad& load) {
  Inputs& inputs = wait.made_from;
  inputs.begin();
  inputs.share(load.arrivals * load.holding_s / static_cast<double>(connections));
  inputs.time(1, load.holding_s);
  inputs.time(1, load.patience_s);
  inputs.time(1, load.elsewhere_s);
  inputs.share(load.population);
  inputs.share(load.callers);
  inputs.share(static_cast<double>(connections));
  inputs.law(wait.left);
  if (inputs.moved()) wait.state = wait_for_connection(connections, load, *wait.left);
}

}  // namespace

void Flow::use_pool(std::size_t service, ReplicaClass& k, std::size_t e) {
  const ServiceModel& m = model_->services[service];
  const EdgeModel& edge = m.edges[e];
  EdgeState& state = k.edges[e];
  const DependencyConditions& conditions = k.conditions.dependencies[e];
  const double size = static_cast<double>(edge.spec.pool.size);
  const double leaked = maths::floor(conditions.pool_leak * std::max(0.0, size - conditions.pool_left) + 0.5);
  const auto connections = edge.spec.pool.size - static_cast<std::int64_t>(leaked);
  const auto all = static_cast<double>(connections);
  PoolLoad load{.arrivals = state.arrivals,
                .holding_s = state.holding_s,
                .patience_s = edge.acquire_timeout_s,
                .population = calls_of(requests_at_most(k, services_[service]), k, e, edge),
                .holding_variation = variation_of(state)};
  const double callers = load.population;
  hold_closing(load, conditions, state.answered, connections);
  // Before what is asked for now has shown.
  double others = k.busy * edge.at_once - std::max(0.0, state.pool.in_use - leaked) - state.pool.waiting;
  if (k.bounded != nullptr && static_cast<double>(k.station->workers()) > 1 && k.replicas > 1) {
    const double all_calls = calls_of(maths::ceil(services_[service].callers), k, e, edge);
    load.callers = std::max(load.population, std::min(static_cast<double>(kManyCallers), all_calls));
    others += static_cast<double>(k.replicas - 1) * k.occupancy * edge.at_once;
  }
  others = std::max(0.0, others);
  if (connections <= 0) {
    state.pool = no_pool(load);
  } else {
    state.pool = pool_state(all, tables_.get(connections - 1, connections - 1), load);
    // What is ending is known by its moments, and not by the law of the times held.
    const bool ends_late = load.population > callers;
    if (!ends_late && load.population > all && state.pool.waits > kHardlyAnyWaits && can_follow(connections, load)) {
      load.elsewhere_s = in_steps(others / load.arrivals);
      make_left(state.pool_wait, k, m, e);
      if (state.pool_wait.left != nullptr) {
        make_wait(state.pool_wait, connections, load);
        state.pool = state.pool_wait.state;
        const double served = 1 - state.pool.gives_up;
        state.pool.in_use = std::min(all, load.arrivals * load.holding_s * served);
        state.pool.waiting = load.arrivals * (state.pool.wait.mean * served + state.pool.gives_up * load.patience_s);
      }
    }
  }
  if (leaked > 0) state.pool.in_use += leaked;
}

}  // namespace firedrill::fake_services
