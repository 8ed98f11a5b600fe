// The simulation's calls: cache, circuit breaker, pool, attempts, retries.
#include <algorithm>

#include "base/maths.h"
#include "simulation.h"

namespace firedrill::world_oracle {
namespace {

constexpr double kRoundTrip = 0.0003;
constexpr int kFirstError = 400;
constexpr int kFirstServerError = 500;
constexpr int kTooManyRequests = 429;
constexpr int kCodes = 1000;

}  // namespace

Step<int> Simulation::call(std::size_t s, std::size_t replica, std::size_t index) {
  const CallModel& c = model(s).calls[index];
  if (!chance(c.probability)) co_return fine;
  double times = maths::floor(c.times);
  if (chance(c.times - times)) times += 1;
  for (; times > 0; times -= 1) {
    const int ending = co_await operation(s, replica, index);
    if (ending != fine && model(s).edges[c.edge].spec.critical) co_return ending;
  }
  co_return fine;
}

// The first that fails ends the stage, and the last that succeeds.
Task Simulation::call_beside(std::size_t s, std::size_t replica, std::size_t index, std::shared_ptr<Join> join) {
  const int ending = co_await call(s, replica, index);
  if (ending != fine || --join->left == 0) engine_.wake(join->token, ending);
}

Step<int> Simulation::operation(std::size_t s, std::size_t replica, std::size_t index) {
  const std::size_t e = model(s).calls[index].edge;
  const EdgeModel& m = model(s).edges[e];
  Edge& edge = services_[s].replicas[replica].edges[e];
  bool cold = false;
  if (m.spec.cache) {
    edge.lookups += 1;
    if (chance(m.spec.cache->hit_ratio)) {
      cold = chance(edge.cold);
      if (!cold) co_return fine;
    }
  }
  int ending = unreachable;
  if (stopped_by_breaker(edge, m)) {
    note(layout_->outcome(s, e, CallOutcome::circuit_open));
    co_await engine_.sleep(kRoundTrip);
  } else {
    ending = co_await attempts(s, replica, index, edge.open);
  }
  if (ending == fine && cold) {
    const double entries = std::max(1.0, edge.usual * m.spec.cache->hit_ratio * m.cache_refill_s);
    const double lost = services_[s].replicas[replica].conditions->dependencies[e].cache_lost;
    edge.cold = std::max(lost, edge.cold - 1 / entries);
    double& first = first_times_.warm[s][e];
    if (edge.cold < kWarm && changed_at_ >= 0 && first >= kNever) first = now() - changed_at_;
  }
  if (ending != fine && m.spec.cache && m.spec.cache->serve_stale) co_return fine;
  co_return ending == final_error ? bad_response : ending;
}

// Where the circuit breaker is open it is the trial.
Step<int> Simulation::attempts(std::size_t s, std::size_t replica, std::size_t index, bool trial) {
  const std::size_t e = model(s).calls[index].edge;
  const EdgeModel& m = model(s).edges[e];
  Replica& p = services_[s].replicas[replica];
  Edge& edge = p.edges[e];
  const DependencyConditions& c = p.conditions->dependencies[e];
  const bool unbounded = c.extra_retries > 0;
  edge.retry_tokens = std::min(kSavedRetries, edge.retry_tokens + m.spec.retries.budget);
  double pause = unbounded ? 0 : m.backoff_s;
  Tried tried;
  for (std::int64_t k = 0;; ++k) {
    double beside = maths::floor(c.extra_attempts);
    if (chance(c.extra_attempts - beside)) beside += 1;
    for (; beside > 0; beside -= 1) attempt_in_vain(s, replica, index);
    if (co_await acquire(s, replica, e) != 0) {
      note(layout_->outcome(s, e, CallOutcome::pool_timeout));
      if (trial && k == 0) edge.trying = false;  // decides nothing, the next one is the trial
      co_return unreachable;
    }
    const int ending = co_await attempt(s, replica, index, tried);
    const double asked = retry_after_;
    release(s, replica, e);
    tell_breaker(s, e, edge, trial && k == 0, ending != fine && ending != final_error);
    if (ending == fine || ending == final_error) co_return ending;
    if (k >= m.spec.retries.max + c.extra_retries) co_return ending;
    if (!unbounded) {
      if (edge.retry_tokens < 1) co_return ending;
      edge.retry_tokens -= 1;
    }
    co_await engine_.sleep(std::max(pause, asked));
    pause *= 2;
  }
}

Task Simulation::attempt_in_vain(std::size_t s, std::size_t replica, std::size_t index) {
  const std::size_t e = model(s).calls[index].edge;
  if (co_await acquire(s, replica, e) != 0) {
    note(layout_->outcome(s, e, CallOutcome::pool_timeout));
    co_return;
  }
  Tried tried;
  co_await attempt(s, replica, index, tried);
  release(s, replica, e);
}

// To a replica, and until the sender is done with it.
Step<int> Simulation::attempt(std::size_t s, std::size_t replica, std::size_t index, Tried& tried) {
  const std::size_t e = model(s).calls[index].edge;
  const EdgeModel& m = model(s).edges[e];
  Sender& sender = services_[s].replicas[replica].edges[e].sender;
  if (model(m.callee).spec.consumer) co_return co_await exchange(s, replica, index, std::nullopt);
  const auto other = choose_replica(m.callee, sender, tried, m.spec.retries.to);
  if (!other) co_return co_await exchange(s, replica, index, std::nullopt);
  tried.push_back(*other);
  ++sender.owes[*other];
  const int ending = co_await exchange(s, replica, index, other);
  --sender.owes[*other];
  co_return ending;
}

// Over a connection that is at hand. `retry_after_` is what the answer asked for, right after it has come.
Step<int> Simulation::exchange(std::size_t s, std::size_t replica, std::size_t index,
                               std::optional<std::size_t> other) {
  const CallModel& call = model(s).calls[index];
  const EdgeModel& m = model(s).edges[call.edge];
  const auto count = [&](CallOutcome o) { note(layout_->outcome(s, call.edge, o)); };
  const std::size_t route = choose(call.weights);
  const RequestConditions& link = services_[s].replicas[replica].conditions->links[m.first_link + route];
  std::optional<ConnectFailure> failure;
  for (std::size_t i = 0; i < kConnectFailures && !failure; ++i) {
    if (chance(link.connect_failures[i])) failure = static_cast<ConnectFailure>(i);
  }
  const bool consumer = model(m.callee).spec.consumer.has_value();
  if (!failure && !consumer) failure = other ? connect(m.callee, route, *other) : ConnectFailure::refused;
  if (failure) {
    const bool dropped = *failure == ConnectFailure::dropped;
    co_await engine_.sleep(dropped ? m.connect_timeout_s : kRoundTrip);
    retry_after_ = 0;
    count(kConnectOutcomes[static_cast<std::size_t>(*failure)]);
    co_return dropped ? timed_out : unreachable;
  }
  const double begun = now();
  const double deadline = begun + m.request_timeout_s;
  int code = kGaveUp;
  for (const InjectedReply& reply : link.replies) {
    if (code == kGaveUp && reply.code != 0 && chance(reply.share)) {
      code = reply.code + kCodes * static_cast<int>(reply.retry_after_s);
    }
  }
  if (code != kGaveUp) {
    co_await engine_.sleep(kRoundTrip);
  } else {
    const bool vain = chance(link.silent) || chance(link.lost);
    const Token t = engine_.token();
    engine_.wake_at(deadline, t, kGaveUp);
    const Token told = vain ? Token{} : t;
    if (consumer) {
      publish(m.callee, route, told);
    } else {
      serve(m.callee, route, *other, told);
    }
    code = co_await engine_.wait(t);
    if (code >= 0 && chance(link.cut)) code = kCut;
    if (const double late = code >= 0 ? late_by(link.delay) : 0; late > 0) {
      if (now() + late > deadline) code = kGaveUp;
      co_await engine_.sleep(std::min(late, deadline - now()));
    }
  }
  retry_after_ = code > 0 ? code / kCodes : 0;
  if (code == kGaveUp) {
    count(CallOutcome::timeout);
    co_return timed_out;
  }
  if (code == kCut) {
    count(CallOutcome::reset);
    co_return unreachable;
  }
  code %= kCodes;
  count(code < kFirstError ? CallOutcome::success : CallOutcome::error);
  if (code < kFirstError) co_return fine;
  co_return code >= kFirstServerError || code == kTooManyRequests ? bad_response : final_error;
}

Step<int> Simulation::acquire(std::size_t s, std::size_t replica, std::size_t e) {
  Pool& pool = services_[s].replicas[replica].edges[e].pool;
  const auto take = [&] {
    ++pool.in_use;
    level(layout_->pool(s, e), 1);
  };
  if (pool.in_use < pool.size) {
    take();
    co_return 0;
  }
  const Token t = engine_.token();
  engine_.wake_at(now() + model(s).edges[e].acquire_timeout_s, t, kGaveUp);
  pool.waiting.push_back(t);
  co_return co_await engine_.wait(t);
}

// For who waits longest and has not given up.
void Simulation::release(std::size_t s, std::size_t replica, std::size_t e) {
  Pool& pool = services_[s].replicas[replica].edges[e].pool;
  while (pool.in_use <= pool.size && !pool.waiting.empty()) {
    const Token t = pool.waiting.front();
    pool.waiting.pop_front();
    if (engine_.wake(t, 0)) return;
  }
  --pool.in_use;
  level(layout_->pool(s, e), -1);
}

bool Simulation::stopped_by_breaker(Edge& edge, const EdgeModel& m) {
  if (!m.spec.circuit_breaker || !edge.open) return false;
  if (now() < edge.trial_at || edge.trying) return true;
  edge.trying = true;
  return false;
}

void Simulation::tell_breaker(std::size_t s, std::size_t e, Edge& edge, bool trial, bool bad) {
  const EdgeModel& m = model(s).edges[e];
  if (!m.spec.circuit_breaker) return;
  const auto& spec = *m.spec.circuit_breaker;
  if (edge.open) {
    if (!trial) return;  // one that was on its way when it opened
    edge.trying = false;
    edge.open = bad;
    edge.trial_at = now() + to_seconds(spec.open_for);
    edge.window.clear();
    edge.bad = 0;
    return;
  }
  edge.window.emplace_back(now(), bad);
  edge.bad += bad ? 1 : 0;
  while (edge.window.front().first < now() - to_seconds(spec.window)) {
    edge.bad -= edge.window.front().second ? 1 : 0;
    edge.window.pop_front();
  }
  const auto all = static_cast<double>(edge.window.size());
  if (!bad || all < spec.min_requests || edge.bad < spec.threshold * all) return;
  edge.open = true;
  edge.trial_at = now() + to_seconds(spec.open_for);
  double& first = first_times_.breaker[s][e];
  if (changed_at_ >= 0 && first >= kNever) first = now() - changed_at_;
}

}  // namespace firedrill::world_oracle
