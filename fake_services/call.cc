#include "fake_services/call.h"

#include <algorithm>

#include "base/maths.h"

namespace firedrill::fake_services {
namespace {

constexpr double kRefusedTime = 0.0003;  // a reset comes back within a round trip
constexpr int kFirstError = 400;
constexpr int kTooManyRequests = 429;
constexpr int kFirstServerError = 500;

// Shares with the first two moments of their times, added up.
struct Sum {
  double share = 0;
  double first = 0;
  double second = 0;
  void add(double s, Moments m) {
    share += s;
    first += s * m.mean;
    second += s * (m.variance + m.mean * m.mean);
  }
  Moments moments() const {
    if (share <= 0) return {};
    const double mean = first / share;
    return {mean, std::max(0.0, second / share - mean * mean)};
  }
};

// Everything that one answer adds to the attempt.
struct Tally {
  Sum success;
  Sum error;
  Sum failure;  // worth another attempt
  Sum answered;
  double retry_after = 0;

  void answer(Attempt& out, const EdgeModel& edge, int code, double share, const Distribution& time,
              double retry_after_s) {
    const Distribution::Part in_time = time.at_most(edge.request_timeout);
    const double replied = share * in_time.share;
    out.timed_out += share - replied;
    if (replied <= 0) return;
    out.codes[edge.codes.slot(code)] += replied;
    answered.add(replied, in_time.moments);
    if (code < kFirstError) {
      success.add(replied, in_time.moments);
      return;
    }
    error.add(replied, in_time.moments);
    if (code >= kFirstServerError || code == kTooManyRequests) {
      failure.add(replied, in_time.moments);
      retry_after += replied * retry_after_s;
    }
  }
};

void add_route(Attempt& out, Tally& tally, const EdgeModel& edge, const ServiceModel& callee, const Response& response,
               const RequestConditions& link, double weight) {
  const double reached = weight * (1 - response.refused) * (1 - link.refused);
  out.refused += weight - reached;
  double left = reached;
  for (const InjectedReply& reply : link.replies) {
    if (reply.code == 0 || reply.share <= 0) continue;
    const double share = left * reply.share;
    tally.answer(out, edge, reply.code, share, Distribution::constant(kRefusedTime), reply.retry_after);
    left -= share;
  }
  for (const Part& part : response.parts) {
    const double share = left * part.share;
    if (share <= 0) continue;
    const int code = callee.codes.list[part.slot];
    const Delay& delay = link.delay;
    if (delay.share < 1) tally.answer(out, edge, code, share * (1 - delay.share), part.time, part.retry_after);
    if (delay.share > 0) {
      const Moments late = part.time.moments() + Moments{delay.mean, delay.variance};
      tally.answer(out, edge, code, share * delay.share, Distribution::lognormal(late), part.retry_after);
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
  Sum success;
  std::array<Sum, kCauses> failure;
};

// An operation that ends with attempt k, `before` being the time that its predecessors and back-offs took.
void add_ends(Ends& ends, const Attempt& a, const PoolState& pool, const EdgeModel& edge, Moments before, double reach,
              double retried_share) {
  const Moments begun = before + pool.wait;
  const double got = reach * (1 - pool.gives_up);
  ends.success.add(got * a.success, begun + a.success_time);
  const double final_share = 1 - retried_share;
  auto& failure = ends.failure;
  failure[static_cast<std::size_t>(Cause::unreachable)].add(reach * pool.gives_up,
                                                            before + Moments{edge.acquire_timeout, 0});
  failure[static_cast<std::size_t>(Cause::unreachable)].add(got * a.refused * final_share,
                                                            begun + Moments{kRefusedTime, 0});
  failure[static_cast<std::size_t>(Cause::timed_out)].add(got * a.timed_out * final_share,
                                                          begun + Moments{edge.request_timeout, 0});
  // Errors that are not worth another attempt end the call at once; retryable ones are a part of `error`.
  const double retryable_errors = std::max(0.0, a.retryable - a.refused - a.timed_out);
  failure[static_cast<std::size_t>(Cause::bad_answer)].add(got * (a.error - retryable_errors * retried_share),
                                                           begun + a.error_time);
}

}  // namespace

Attempt attempt(const EdgeModel& edge, const ServiceModel& callee, std::span<const Response> responses,
                std::span<const double> weights, std::span<const RequestConditions> links) {
  Attempt out;
  Tally tally;
  for (std::size_t r = 0; r < responses.size(); ++r) {
    if (weights[r] > 0) add_route(out, tally, edge, callee, responses[r], links[r], weights[r]);
  }
  const Moments timeout{edge.request_timeout, 0};
  tally.answered.add(out.timed_out, timeout);
  tally.failure.add(out.timed_out, timeout);
  tally.failure.add(out.refused, {kRefusedTime, 0});
  out.success = tally.success.share;
  out.success_time = tally.success.moments();
  out.error = tally.error.share;
  out.error_time = tally.error.moments();
  out.retryable = tally.failure.share;
  out.failure_time = tally.failure.moments().mean;
  out.retry_after = tally.failure.share > 0 ? tally.retry_after / tally.failure.share : 0;
  out.answer_time = tally.answered.first;
  out.answer_square = tally.answered.second;
  out.holding = tally.answered.first + out.refused * kRefusedTime;
  return out;
}

Operation operation(const EdgeModel& edge, const Attempt& a, const PoolState& pool, double open_share) {
  const double hit = edge.spec.cache ? edge.spec.cache->hit_ratio : 0;
  const double tried = (1 - hit) * (1 - open_share);
  const double fails = (1 - pool.gives_up) * a.retryable;
  const double allowed = allowed_share(fails, edge.spec.retries);
  Ends ends;
  Operation out;
  ends.success.add(hit, {});
  ends.failure[static_cast<std::size_t>(Cause::unreachable)].add((1 - hit) * open_share, {kRefusedTime, 0});
  Moments before;
  double reach = tried;
  double acquisitions = 0;
  double pause = edge.backoff;
  for (std::int64_t k = 0; k <= edge.spec.retries.max; ++k) {
    const double retried = k < edge.spec.retries.max ? allowed : 0;
    add_ends(ends, a, pool, edge, before, reach, retried);
    acquisitions += reach;
    reach *= fails * retried;
    if (reach <= 0) break;
    before = before + pool.wait + Moments{a.failure_time + std::max(pause, a.retry_after), 0};
    pause *= 2;
  }
  out.acquisitions = acquisitions;
  out.attempts = acquisitions * (1 - pool.gives_up);
  out.cache_hits = hit;
  out.outcomes = {out.attempts * a.success,     out.attempts * a.refused, out.attempts * a.timed_out,
                  acquisitions * pool.gives_up, (1 - hit) * open_share,   out.attempts * a.error};
  if (edge.spec.cache && edge.spec.cache->serve_stale) {
    for (std::size_t c = 0; c < kCauses; ++c) {
      ends.success.add(ends.failure[c].share, ends.failure[c].moments());
      ends.failure[c] = {};
    }
  }
  out.success = ends.success.share;
  out.success_time = ends.success.moments();
  for (std::size_t c = 0; c < kCauses; ++c) {
    out.failure[c] = ends.failure[c].share;
    out.failure_time[c] = ends.failure[c].moments();
  }
  return out;
}

}  // namespace firedrill::fake_services
