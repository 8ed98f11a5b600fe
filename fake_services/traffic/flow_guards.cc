// What guards a service and its callers, and remembers: the limit on requests, caches, circuit breakers.
#include <algorithm>

#include "base/maths.h"
#include "fake_services/traffic/flow.h"

namespace firedrill::fake_services {
namespace {

constexpr double kDeepestBucket = 10000;  // tokens; a larger one is never seen empty, nor full again
constexpr double kUsualCacheSeconds = 3600;
constexpr double kNoneClosed = 1e-6;  // share of breakers

}  // namespace

// A token bucket, filled at the limit and as large as the burst, from which Poisson arrivals take: what is missing in
// it is an M/M/1/K, which begins with nothing. Far above the limit it lets through just the limit, far below it turns
// nobody away.
void Flow::limit(ServiceState& s, double dt_s) {
  const double was = s.limited;
  s.limited = 0;
  if (s.conditions.limit > 0) {
    double arrivals = 0;
    for (const double rate : s.arrivals) arrivals += rate;
    const auto tokens = static_cast<std::int64_t>(std::clamp(s.conditions.limit_burst, 1.0, kDeepestBucket));
    const StationTable& bucket = tables_.get(1, tokens);
    const auto step = bucket.step(s.tokens_missing, arrivals, 1 / s.conditions.limit, dt_s, s.bucket_hint);
    s.next_tokens_missing = step.occupancy;
    s.limited = std::clamp(step.point.blocking, 0.0, 1.0);
  } else {
    s.tokens_missing = s.next_tokens_missing = 0;
    s.bucket_hint = 0;
  }
  moving_ = std::max(moving_, maths::abs(s.limited - was));
  for (auto& k : s.classes) {
    k.probes_limited = s.conditions.limits_probes ? s.limited : 0;
    k.limit_code = s.conditions.limit_code;
  }
}

// What the calls over an edge have in common: their budget for retries.
void Flow::budget_retries(const ServiceModel& m, ReplicaClass& k, std::size_t e, double dt_s) {
  const EdgeModel& edge = m.edges[e];
  if (edge.spec.retries.max <= 0) return;
  EdgeState& state = k.edges[e];
  double first = 0;
  for (std::size_t c = 0; c < m.calls.size(); ++c) {
    if (m.calls[c].edge == e) first += k.call_rates[c] * k.operations[c].tried;
  }
  const auto asked = [&](double granted) {
    RetriesAsked sum;
    for (std::size_t c = 0; c < m.calls.size() && first > 0; ++c) {
      if (m.calls[c].edge != e) continue;
      const double share = k.call_rates[c] * k.operations[c].tried / first;
      const RetriesAsked of_call = retries_asked(edge, attempts_of(k, c), state.pool, granted);
      sum.mean += share * of_call.mean;
      sum.variance += share * of_call.variance;
    }
    return sum;
  };
  const double was = state.retries.granted;
  step(state.retries, first * dt_s, edge.spec.retries.budget, asked);
  moving_ = std::max(moving_, maths::abs(state.retries.granted - was));
}

// A lost cache is filled again by the misses that succeed, in its own time where as much is asked of it as is usual:
// while they fail, it stays cold.
void Flow::update_caches(std::size_t service, ReplicaClass& k, double dt_s) {
  const ServiceModel& m = model_->services[service];
  for (std::size_t e = 0; e < m.edges.size(); ++e) {
    if (!m.edges[e].spec.cache) continue;
    EdgeState& state = k.edges[e];
    double lookups = 0;
    double tried = 0;
    double succeeding = 0;
    for (std::size_t c = 0; c < m.calls.size(); ++c) {
      if (m.calls[c].edge != e) continue;
      lookups += k.call_rates[c];
      tried += k.operations[c].tried * k.call_rates[c];
      succeeding += k.operations[c].tried * k.attempts[c].success * k.call_rates[c];
    }
    const double lost = k.conditions.dependencies[e].cache_lost;
    if (lost <= 0 && state.cache_cold <= 0) {
      const double learnt = state.usual_lookups > 0 ? 1 - maths::exp(-dt_s / kUsualCacheSeconds) : 1;
      state.usual_lookups += (lookups - state.usual_lookups) * learnt;
      continue;
    }
    const double asked = state.usual_lookups > 0 ? lookups / state.usual_lookups : 1;
    const double filled = tried > 0 ? asked * succeeding / tried * dt_s / m.edges[e].cache_refill_s : 0;
    const double was = state.cache_cold;
    state.cache_cold = std::max(lost, state.cache_cold * maths::exp(-filled));
    if (state.cache_cold < 1e-6) state.cache_cold = 0;
    moving_ = std::max(moving_, maths::abs(state.cache_cold - was));
  }
}

void Flow::update_breakers(std::size_t service, ReplicaClass& k, Time t, double dt_s) {
  const ServiceModel& m = model_->services[service];
  for (std::size_t e = 0; e < m.edges.size(); ++e) {
    if (!m.edges[e].spec.circuit_breaker) continue;
    EdgeState& state = k.edges[e];
    BreakerLoad load;
    double failing = 0;
    double seconds = 0;
    double later = 0;
    for (std::size_t c = 0; c < m.calls.size(); ++c) {
      if (m.calls[c].edge != e) continue;
      const Operation& op = k.operations[c];
      const Attempt& a = k.attempts[c];
      const double rate = k.calls_under_way[c].attempts;
      load.attempts += rate;
      load.failures += rate * a.retryable;
      later += k.calls_under_way[c].later_timeouts;
      // A trial that gets no connection decides nothing.
      const double calls = k.call_rates[c] *
                           (op.tried + op.outcomes[static_cast<std::size_t>(CallOutcome::circuit_open)]) *
                           (1 - state.pool.gives_up);
      load.calls += calls;
      failing += calls * a.retryable;
      if (a.failure_time != nullptr) seconds += calls * a.retryable * a.failure_time->mean();
    }
    // A breaker learns of a time-out when the caller has waited for it.
    const double closed = 1 - state.breakers.open;
    load.attempts = closed > kNoneClosed ? std::max(0.0, load.attempts + later) / closed : 0;
    load.failures = closed > kNoneClosed ? std::max(0.0, load.failures + later) / closed : 0;
    if (load.calls > 0) load.trial_fails = failing / load.calls;
    if (failing > 0) load.failing_s = seconds / failing;
    // Each connection makes one attempt after another, and has at most begun with the first of them before.
    const double window_s = to_seconds(m.edges[e].spec.circuit_breaker->window);
    const double square = state.holding_s * state.holding_s;
    const double varies = square > 0 ? std::max(0.0, state.holding_square_s2 / square - 1) : 1;
    const auto connections = static_cast<double>(m.edges[e].spec.pool.size);
    if (state.holding_s > 0) load.most = connections * (1 + window_s / state.holding_s) * (1 + varies);
    const double was = state.breakers.open;
    step(state.breakers, *m.edges[e].spec.circuit_breaker, t, dt_s, load);
    moving_ = std::max(moving_, maths::abs(state.breakers.open - was));
  }
}

}  // namespace firedrill::fake_services
