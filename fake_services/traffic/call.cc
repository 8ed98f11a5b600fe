#include "fake_services/traffic/call.h"

#include <algorithm>

#include "base/maths.h"

namespace firedrill::fake_services {
namespace {

constexpr double kRefusedTime = 0.0003;  // a reset comes back within a round trip
constexpr int kFirstError = 400;
constexpr int kTooManyRequests = 429;
constexpr int kFirstServerError = 500;

// Everything that one response adds to the attempt.
struct Tally {
  Times success;
  Times error;
  Times unreached;
  Times late;
  Times failure;  // worth another attempt
  Sum awaited;
  double retry_after_sum_s = 0;

  void held_up(Attempt& out, const EdgeModel& edge, ConnectFailure at, double share) {
    if (share <= 0) return;
    out.connect_failures[static_cast<std::size_t>(at)] += share;
    if (at == ConnectFailure::dropped) return gave_up(share, edge.connect_timeout_s);
    unreached.add(share, Moments{kRefusedTime, 0});
    failure.add(share, Moments{kRefusedTime, 0});
  }
  void gave_up(double share, double after) {
    late.add(share, Moments{after, 0});
    failure.add(share, Moments{after, 0});
    awaited.add(share, {after, 0});
  }
  void cut_off(Attempt& out, const EdgeModel& edge, double share, Moments time) {
    if (share <= 0) return;
    const Distribution::Part in_time = Distribution::lognormal(time).at_most(edge.request_timeout_s);
    const double cut = share * in_time.share;
    gave_up(share - cut, edge.request_timeout_s);
    if (cut <= 0) return;
    out.cut += cut;
    unreached.add(cut, in_time.moments);
    failure.add(cut, in_time.moments);
    awaited.add(cut, in_time.moments);
  }

  void respond(Attempt& out, const EdgeModel& edge, int code, double share, const Distribution& time,
               double retry_after_s) {
    const Distribution::Part in_time = time.at_most(edge.request_timeout_s);
    const double replied = share * in_time.share;
    if (replied < share) gave_up(share - replied, edge.request_timeout_s);
    if (replied <= 0) return;
    out.codes[edge.codes.slot(code)] += replied;
    awaited.add(replied, in_time.moments);
    if (code < kFirstError) {
      success.add(replied, in_time.moments);
      return;
    }
    error.add(replied, in_time.moments);
    if (code >= kFirstServerError || code == kTooManyRequests) {
      failure.add(replied, in_time.moments);
      retry_after_sum_s += replied * retry_after_s;
    }
  }
};

// What stops an attempt to connect on the way does so before what stops it at the callee, but for what only the
// callee's own listener can do. Returns the share of the attempts that are connected.
double connect(Attempt& out, Tally& tally, const EdgeModel& edge, const Response& response,
               const RequestConditions& link, double weight) {
  double left = weight;
  for (std::size_t i = 0; i < kConnectFailures; ++i) {
    if (link.connect_failures[i] <= 0) continue;
    tally.held_up(out, edge, static_cast<ConnectFailure>(i), left * link.connect_failures[i]);
    left *= 1 - link.connect_failures[i];
  }
  if (response.reached >= 1) return left;
  for (std::size_t i = 0; i < kConnectFailures; ++i) {
    tally.held_up(out, edge, static_cast<ConnectFailure>(i), left * response.connect_failures[i]);
  }
  return left * response.reached;
}

void add_route(Attempt& out, Tally& tally, const EdgeModel& edge, const ServiceModel& callee, const Response& response,
               const RequestConditions& link, double weight) {
  double left = connect(out, tally, edge, response, link, weight);
  for (const InjectedReply& reply : link.replies) {
    if (reply.code == 0 || reply.share <= 0) continue;
    const double share = left * reply.share;
    tally.respond(out, edge, reply.code, share, Distribution::constant(kRefusedTime), reply.retry_after_s);
    left -= share;
  }
  const double vain = 1 - (1 - link.silent) * (1 - link.lost);
  if (vain > 0) {
    tally.gave_up(left * vain, edge.request_timeout_s);
    left *= 1 - vain;
  }
  const double in_vain = response.silent + response.lost;
  if (in_vain > 0) tally.gave_up(left * in_vain, edge.request_timeout_s);
  tally.cut_off(out, edge, left * response.cut, response.cut_time);
  for (const Part& part : response.parts) {
    double share = left * part.share;
    if (share <= 0) continue;
    const int code = callee.codes.list[part.slot];
    const Delay& delay = link.delay;
    if (link.cut > 0) {
      tally.cut_off(out, edge, share * link.cut, part.time.moments());
      share *= 1 - link.cut;
    }
    if (delay.share < 1) tally.respond(out, edge, code, share * (1 - delay.share), part.time, part.retry_after_s);
    if (delay.share > 0) {
      const Moments late = part.time.moments() + Moments{delay.mean_s, delay.variance_s2};
      tally.respond(out, edge, code, share * delay.share, Distribution::lognormal(late), part.retry_after_s);
    }
  }
}

// The share of failures that are retried, so that retries stay within the budget.
double allowed_share(double retryable, const DependencySpec::Retries& retries) {
  if (retries.max <= 0 || retryable <= 0) return 0;
  const auto expected = [&](double f) {
    double power = 1;
    double sum = 0;
    for (std::int64_t k = 0; k < retries.max; ++k) {
      power *= f;
      sum += power;
    }
    return sum;
  };
  if (expected(retryable) <= retries.budget) return 1;
  double low = 0;
  double high = 1;
  for (int i = 0; i < 30; ++i) {
    const double middle = (low + high) / 2;
    (expected(retryable * middle) <= retries.budget ? low : high) = middle;
  }
  return low;
}

struct Ends {
  Times success;
  std::array<Times, kCauses> failure;
};

// An operation that ends with attempt k, `before` being the time that its predecessors and back-offs took.
void add_ends(Ends& ends, const Attempt& a, const PoolState& pool, const EdgeModel& edge, const Times& before,
              double reach, double retried_share) {
  const Times begun = before + Times(pool.wait);
  const double got = reach * (1 - pool.gives_up);
  const auto add = [](Times& to, double share, const Times& first, const Times& then) {
    if (share > 0) to.add(share, first + then);
  };
  add(ends.success, got * a.success, begun, a.success_time);
  const double final_share = 1 - retried_share;
  auto& failure = ends.failure;
  const Times patience(Moments{edge.acquire_timeout_s, 0});
  add(failure[static_cast<std::size_t>(Cause::unreachable)], reach * pool.gives_up, before, patience);
  add(failure[static_cast<std::size_t>(Cause::unreachable)], got * a.unreached * final_share, begun, a.unreached_time);
  add(failure[static_cast<std::size_t>(Cause::timed_out)], got * a.timed_out * final_share, begun, a.timed_out_time);
  // Errors that are not worth another attempt end the call at once; retryable ones are a part of `error`.
  const double retryable_errors = std::max(0.0, a.retryable - a.unreached - a.timed_out);
  add(failure[static_cast<std::size_t>(Cause::bad_response)], got * (a.error - retryable_errors * retried_share), begun,
      a.error_time);
}

}  // namespace

Attempt attempt(const EdgeModel& edge, const ServiceModel& callee, std::span<const Response> responses,
                std::span<const double> weights, std::span<const RequestConditions> links) {
  Attempt out;
  Tally tally;
  for (std::size_t r = 0; r < responses.size(); ++r) {
    if (weights[r] > 0) add_route(out, tally, edge, callee, responses[r], links[r], weights[r]);
  }
  out.success = tally.success.share();
  out.success_time = tally.success;
  out.error = tally.error.share();
  out.error_time = tally.error;
  out.unreached = tally.unreached.share();
  out.unreached_time = tally.unreached;
  out.timed_out = tally.late.share();
  out.timed_out_time = tally.late;
  out.retryable = tally.failure.share();
  out.failure_time = tally.failure;
  out.retry_after_s = out.retryable > 0 ? tally.retry_after_sum_s / out.retryable : 0;
  out.response_time_s = tally.awaited.first;
  out.response_square_s2 = tally.awaited.second;
  out.holding_s = tally.awaited.first;
  for (std::size_t i = 0; i < kConnectFailures; ++i) {
    if (static_cast<ConnectFailure>(i) != ConnectFailure::dropped)
      out.holding_s += out.connect_failures[i] * kRefusedTime;
  }
  return out;
}

namespace {

// Of a call that is not made.
Operation no_operation() {
  Ends ends;
  ends.success.add(1, Moments{});
  Operation out;
  out.success_time = ends.success;
  return out;
}

}  // namespace

Operation operation(const EdgeModel& edge, const Attempt& a, const PoolState& pool, const CallState& state) {
  if (state.conditions.off) return no_operation();
  const double open_share = state.open_share;
  const double hit = edge.spec.cache ? edge.spec.cache->hit_ratio * (1 - state.cache_cold) : 0;
  const double tried = (1 - hit) * (1 - open_share);
  const double fails = (1 - pool.gives_up) * a.retryable;
  const std::int64_t most = edge.spec.retries.max + state.conditions.extra_retries;
  const bool unbounded = state.conditions.extra_retries > 0;
  const double allowed = unbounded ? 1 : allowed_share(fails, edge.spec.retries);
  Ends ends;
  Operation out;
  ends.success.add(hit, Moments{});
  ends.failure[static_cast<std::size_t>(Cause::unreachable)].add((1 - hit) * open_share, Moments{kRefusedTime, 0});
  Times before;
  double reach = tried;
  double acquisitions = 0;
  double pause = unbounded ? 0 : edge.backoff_s;
  for (std::int64_t k = 0; k <= most; ++k) {
    const double retried = k < most ? allowed : 0;
    add_ends(ends, a, pool, edge, before, reach, retried);
    acquisitions += reach;
    reach *= fails * retried;
    if (reach <= 0) break;
    before = before + Times(pool.wait + Moments{std::max(pause, a.retry_after_s), 0}) + a.failure_time;
    pause *= 2;
  }
  acquisitions *= 1 + state.conditions.extra_attempts;
  out.acquisitions = acquisitions;
  out.attempts = acquisitions * (1 - pool.gives_up);
  out.cache_hits = hit;
  out.tried = tried;
  const auto count = [&](CallOutcome o, double expected) { out.outcomes[static_cast<std::size_t>(o)] += expected; };
  count(CallOutcome::success, out.attempts * a.success);
  count(CallOutcome::timeout, out.attempts * a.timed_out);
  count(CallOutcome::pool_timeout, acquisitions * pool.gives_up);
  count(CallOutcome::circuit_open, (1 - hit) * open_share);
  count(CallOutcome::error, out.attempts * a.error);
  count(CallOutcome::reset, out.attempts * a.cut);
  for (std::size_t i = 0; i < kConnectFailures; ++i) {  // what is dropped has timed out, and is counted there
    if (static_cast<ConnectFailure>(i) != ConnectFailure::dropped)
      count(kConnectOutcomes[i], out.attempts * a.connect_failures[i]);
  }
  if (edge.spec.cache && edge.spec.cache->serve_stale) {
    for (std::size_t c = 0; c < kCauses; ++c) {
      ends.success.add(ends.failure[c].share(), ends.failure[c]);
      ends.failure[c] = {};
    }
  }
  out.success = ends.success.share();
  out.success_time = ends.success;
  for (std::size_t c = 0; c < kCauses; ++c) {
    out.failure[c] = ends.failure[c].share();
    out.failure_time[c] = ends.failure[c];
  }
  return out;
}

}  // namespace firedrill::fake_services
