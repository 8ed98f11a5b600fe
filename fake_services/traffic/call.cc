#include "fake_services/traffic/call.h"

#include <algorithm>

#include "base/maths.h"
#include "fake_services/traffic/laws/retransmissions.h"

namespace firedrill::fake_services {
namespace {

constexpr double kRefusedTime = 0.0003;  // a reset comes back within a round trip
constexpr int kFirstError = 400;
constexpr int kTooManyRequests = 429;
constexpr int kFirstServerError = 500;

const Law& round_trip() {
  static const Law kRoundTrip = std::make_shared<const Times>(Times::just(kRefusedTime));
  return kRoundTrip;
}

// How an attempt can end.
enum class End { success, unreached, late, error, final_error };  // an error that no other attempt mends

// A share of the attempts that ends so after a time: by a law, or after just so long.
struct Ending {
  End end;
  double share;
  const Law* law;
  double seconds;
  void add_to(Times& sum) const {
    if (law != nullptr) {
      sum.add(share, **law);
    } else {
      sum.add(share, seconds);
    }
  }
};

// Everything that one response adds to the attempt.
class Tally {
 public:
  Tally(Attempt& out, const EdgeModel& edge) : out_(out), edge_(edge) { endings_.reserve(32); }

  void held_up(ConnectFailure at, double share) {
    if (share <= 0) return;
    out_.connect_failures[static_cast<std::size_t>(at)] += share;
    if (at == ConnectFailure::dropped) return gave_up(share, edge_.connect_timeout_s);
    endings_.push_back({End::unreached, share, nullptr, kRefusedTime});
  }
  void gave_up(double share, double after) {
    if (share <= 0) return;
    endings_.push_back({End::late, share, nullptr, after});
    awaited_.add(share, {after, 0});
  }
  void cut_off(double share, const Law& time) {
    if (share <= 0) return;
    const InTime& in_time = in_time_of(time, {});
    const double cut = share * in_time.share;
    gave_up(share - cut, edge_.request_timeout_s);
    if (cut <= 0) return;
    out_.cut += cut;
    endings_.push_back({End::unreached, cut, &in_time.time, 0});
    await(cut, in_time);
  }
  void respond(int code, double share, const Law& time, const Delay& delay, double retry_after_s) {
    if (share <= 0) return;
    const InTime& in_time = in_time_of(time, delay);
    const double replied = share * in_time.share;
    gave_up(share - replied, edge_.request_timeout_s);
    if (replied <= 0) return;
    out_.codes[edge_.codes.slot(code)] += replied;
    await(replied, in_time);
    const bool again = code >= kFirstServerError || code == kTooManyRequests;
    endings_.push_back({code < kFirstError ? End::success
                        : again            ? End::error
                                           : End::final_error,
                        replied, &in_time.time, 0});
    if (again) retry_after_sum_s_ += replied * retry_after_s;
  }
  void found_no_place(double share) { out_.no_place += share; }
  void finish();

 private:
  const InTime& in_time_of(const Law& law, const Delay& delay);
  void await(double share, const InTime& in_time) {
    const double part = share / in_time.share;
    awaited_.share += share;
    awaited_.first += part * in_time.seconds.first;
    awaited_.second += part * in_time.seconds.second;
  }
  void make_laws();

  Attempt& out_;
  const EdgeModel& edge_;
  std::vector<Ending> endings_;
  std::size_t looked_at_ = 0;  // of out_.in_time
  Sum awaited_;
  double retry_after_sum_s_ = 0;
};

// In the order in which they are asked for, which is that of the step before. Room for all was made before.
const InTime& Tally::in_time_of(const Law& law, const Delay& delay) {
  if (looked_at_ == out_.in_time.size()) out_.in_time.emplace_back();
  InTime& known = out_.in_time[looked_at_++];
  if (known.of == law && known.delay == delay) return known;
  known.of = law;
  known.delay = delay;
  Law whole = law;
  if (delay.any()) whole = std::make_shared<const Times>(*law + law_of(delay));
  const Times kept = whole->at_most(edge_.request_timeout_s);
  const double all = whole->share();
  known.share = std::clamp(kept.share() / all, 0.0, 1.0);
  known.seconds = {known.share, kept.total() / all, kept.mean_square() * known.share};
  known.time = known.share >= 1 ? whole : std::make_shared<const Times>(kept);
  return known;
}

void Tally::finish() {
  for (const Ending& e : endings_) {
    switch (e.end) {
      case End::success:
        out_.success += e.share;
        break;
      case End::unreached:
        out_.unreached += e.share;
        break;
      case End::late:
        out_.timed_out += e.share;
        break;
      case End::error:
      case End::final_error:
        out_.error += e.share;
        break;
    }
    if (e.end != End::success && e.end != End::final_error) out_.retryable += e.share;
  }
  out_.retry_after_s = out_.retryable > 0 ? retry_after_sum_s_ / out_.retryable : 0;
  out_.response_time_s = awaited_.first;
  out_.response_square_s2 = awaited_.second;
  out_.holding_s = awaited_.first;
  for (std::size_t i = 0; i < kConnectFailures; ++i) {
    if (static_cast<ConnectFailure>(i) != ConnectFailure::dropped)
      out_.holding_s += out_.connect_failures[i] * kRefusedTime;
  }
  Inputs& inputs = out_.made_from;
  inputs.begin();
  for (const Ending& e : endings_) {
    inputs.share(e.share);
    inputs.share(static_cast<double>(e.end));
    if (e.law != nullptr) inputs.law(*e.law);
  }
  if (inputs.moved()) make_laws();
}

void Tally::make_laws() {
  const auto of = [&](const auto& belongs) -> Law {
    const Ending* only = nullptr;
    Times sum;
    for (const Ending& e : endings_) {
      if (e.share <= 0 || !belongs(e.end)) continue;
      if (only == nullptr && sum.share() <= 0) {
        only = &e;
        continue;
      }
      if (only != nullptr) only->add_to(sum);
      only = nullptr;
      e.add_to(sum);
    }
    if (only != nullptr && only->law != nullptr) return *only->law;
    if (only != nullptr) only->add_to(sum);
    return sum.share() > 0 ? std::make_shared<const Times>(std::move(sum)) : nullptr;
  };
  out_.success_time = of([](End e) { return e == End::success; });
  out_.unreached_time = of([](End e) { return e == End::unreached; });
  out_.timed_out_time = of([](End e) { return e == End::late; });
  out_.error_time = of([](End e) { return e == End::error || e == End::final_error; });
  out_.failure_time = of([](End e) { return e != End::success && e != End::final_error; });
}

// What stops an attempt to connect on the way does so before what stops it at the callee, but for what only the
// callee's own listener can do. Returns the share of the attempts that are connected.
double connect(Tally& tally, const Response& response, const RequestConditions& link, double weight) {
  double left = weight;
  for (std::size_t i = 0; i < kConnectFailures; ++i) {
    if (link.connect_failures[i] <= 0) continue;
    tally.held_up(static_cast<ConnectFailure>(i), left * link.connect_failures[i]);
    left *= 1 - link.connect_failures[i];
  }
  if (response.reached >= 1) return left;
  for (std::size_t i = 0; i < kConnectFailures; ++i) {
    tally.held_up(static_cast<ConnectFailure>(i), left * response.connect_failures[i]);
  }
  return left * response.reached;
}

// How many more get a worker where a share of them comes back to a place that it has just left.
double more_work(const Response& response, double comes_back) {
  if (comes_back <= 0) return 1;
  double worked_on = 0;
  double turned_away = 0;
  for (const Part& part : response.parts) {
    if (part.found == Found::worker) worked_on += part.share;
    if (part.found == Found::no_place) turned_away += part.share;
  }
  return worked_on > 0 ? 1 + turned_away * comes_back / worked_on : 1;
}

void add_route(Tally& tally, const EdgeModel& edge, const ServiceModel& callee, const Response& response,
               const RequestConditions& link, double weight, double comes_back) {
  double left = connect(tally, response, link, weight);
  for (const InjectedReply& reply : link.replies) {
    if (reply.code == 0 || reply.share <= 0) continue;
    const double share = left * reply.share;
    tally.respond(reply.code, share, round_trip(), {}, reply.retry_after_s);
    left -= share;
  }
  const double vain = 1 - (1 - link.silent) * (1 - link.lost);
  if (vain > 0) {
    tally.gave_up(left * vain, edge.request_timeout_s);
    left *= 1 - vain;
  }
  const double in_vain = response.silent + response.lost;
  if (in_vain > 0) tally.gave_up(left * in_vain, edge.request_timeout_s);
  tally.cut_off(left * response.cut, response.cut_time);
  const double more = more_work(response, comes_back);
  for (const Part& part : response.parts) {
    double share = left * part.share;
    if (part.found == Found::worker) share *= more;
    if (part.found == Found::no_place) {
      if (more > 1) share *= 1 - comes_back;
      tally.found_no_place(share);
    }
    if (share <= 0) continue;
    const int code = callee.codes.list[part.slot];
    if (link.cut > 0) {
      tally.cut_off(share * link.cut, part.time);
      share *= 1 - link.cut;
    }
    tally.respond(code, share, part.time, link.delay, part.retry_after_s);
  }
}

// At most so many laws are looked at: of each part, what is cut off and what is not, and a few replies.
std::size_t most_looked_at(std::span<const Response> responses) {
  std::size_t most = 0;
  for (const Response& r : responses) most += 2 * r.parts.size() + 6;
  return most;
}

const Attempt& nth(std::span<const Attempt> attempts, std::int64_t n) {
  return attempts[std::min(static_cast<std::size_t>(n), attempts.size() - 1)];
}

constexpr std::size_t slot_of(Cause cause) {
  return static_cast<std::size_t>(cause);
}

// How an operation goes through its attempts.
struct Course {
  double hit = 0;      // answered from the cache
  double stopped = 0;  // by the circuit breaker
  double tried = 0;
  double connected = 0;   // share of attempts that get a connection
  double retried = 0;     // of those that fail and are worth another one, unless it was the last one
  std::int64_t most = 0;  // attempts after the first
  bool at_once = false;   // with no pause between them

  double retried_after(std::int64_t attempt) const { return attempt < most ? retried : 0; }
  double goes_on(const Attempt& a, double retried_now) const { return connected * a.retryable * retried_now; }
};

// Errors that are not worth another attempt end the call at once; retryable ones are a part of `error`.
double retryable_errors(const Attempt& a) {
  return std::max(0.0, a.retryable - a.unreached - a.timed_out);
}

Course course_of(const EdgeModel& edge, const PoolState& pool, const CallState& state) {
  Course course;
  course.hit = edge.spec.cache ? edge.spec.cache->hit_ratio * (1 - state.cache_cold) : 0;
  course.stopped = (1 - course.hit) * state.open_share;
  course.tried = (1 - course.hit) * (1 - state.open_share);
  course.connected = 1 - pool.gives_up;
  course.most = edge.spec.retries.max + state.conditions.extra_retries;
  course.at_once = state.conditions.extra_retries > 0;
  course.retried = course.at_once ? 1 : state.retried;
  return course;
}

constexpr double kNobody = 1e-15;  // of operations: of less no times can be computed

// The shares, attempt by attempt; tells the laws' inputs.
void go_through(Operation& out, const Course& course, std::span<const Attempt> attempts, const PoolState& pool) {
  Inputs& inputs = out.made_from;
  out.success = course.hit;
  out.failure = {};
  out.failure[slot_of(Cause::unreachable)] = course.stopped;
  out.acquisitions = 0;
  out.made.clear();
  double reach = course.tried;
  for (std::int64_t k = 0; k <= course.most; ++k) {
    const Attempt& a = nth(attempts, k);
    const double retried = course.retried_after(k);
    const double got = reach * (1 - pool.gives_up);
    out.acquisitions += reach;
    out.success += got * a.success;
    out.failure[slot_of(Cause::unreachable)] += reach * pool.gives_up + got * a.unreached * (1 - retried);
    out.failure[slot_of(Cause::timed_out)] += got * a.timed_out * (1 - retried);
    out.failure[slot_of(Cause::bad_response)] += got * (a.error - retryable_errors(a) * retried);
    if (attempts.size() > 1) out.made.push_back(got);
    inputs.share(reach);
    inputs.share(retried);
    reach *= course.goes_on(a, retried);
    if (reach <= 0) break;
  }
  for (double& failure : out.failure) failure = failure < kNobody ? 0 : failure;
}

// The laws of the ends, each of a share as above.
struct Ends {
  Times success;
  std::array<Times, kCauses> failure;
};

constexpr double kFewEnds = 1e-3;  // of operations, whose times nobody looks at closely

void end(Times& to, double share, const Times& before, const Law& then) {
  if (share < kNobody || then == nullptr) return;
  to.add(share, share < kFewEnds ? roughly(before, *then) : before + *then);
}

Ends ends_of(const EdgeModel& edge, const Course& course, std::span<const Attempt> attempts, const PoolState& pool) {
  Ends ends;
  if (course.hit > 0) ends.success.add(course.hit, 0.0);
  auto& unreachable = ends.failure[slot_of(Cause::unreachable)];
  unreachable.add(course.stopped, kRefusedTime);
  const Times wait = wait_of(pool);
  Times before;
  double reach = course.tried;
  double pause = course.at_once ? 0 : edge.backoff_s;
  for (std::int64_t k = 0; k <= course.most && reach > 0; ++k) {
    const Attempt& a = nth(attempts, k);
    const double retried = course.retried_after(k);
    const double got = reach * (1 - pool.gives_up);
    const Times begun = pool.waits > kFewEnds / 10 ? before + wait : before;
    end(ends.success, got * a.success, begun, a.success_time);
    if (pool.gives_up > 0) unreachable.add(reach * pool.gives_up, before + Times::just(edge.acquire_timeout_s));
    end(unreachable, got * a.unreached * (1 - retried), begun, a.unreached_time);
    end(ends.failure[slot_of(Cause::timed_out)], got * a.timed_out * (1 - retried), begun, a.timed_out_time);
    end(ends.failure[slot_of(Cause::bad_response)], got * (a.error - retryable_errors(a) * retried), begun,
        a.error_time);
    reach *= course.goes_on(a, retried);
    if (reach <= 0 || a.failure_time == nullptr) break;
    const Times then = *a.failure_time + Times::just(std::max(pause, a.retry_after_s));
    before = reach < kFewEnds ? roughly(begun, then) : begun + then;
    pause *= 2;
  }
  return ends;
}

void make_laws(Operation& out, const EdgeModel& edge, const Course& course, std::span<const Attempt> attempts,
               const PoolState& pool) {
  Ends ends = ends_of(edge, course, attempts, pool);
  if (edge.spec.cache && edge.spec.cache->serve_stale) {
    for (Times& failure : ends.failure) {
      ends.success.add(failure.share(), failure);
      failure = {};
    }
  }
  const auto law = [](Times& times) -> Law {
    return times.share() > 0 ? std::make_shared<const Times>(std::move(times)) : nullptr;
  };
  out.success_time = law(ends.success);
  for (std::size_t c = 0; c < kCauses; ++c) out.failure_time[c] = law(ends.failure[c]);
}

void count_outcomes(Operation& out, const Course& course, const Attempt& a, const PoolState& pool) {
  out.outcomes = {};
  const auto count = [&](CallOutcome o, double expected) { out.outcomes[static_cast<std::size_t>(o)] += expected; };
  count(CallOutcome::success, out.attempts * a.success);
  count(CallOutcome::timeout, out.attempts * a.timed_out);
  count(CallOutcome::pool_timeout, out.acquisitions * pool.gives_up);
  count(CallOutcome::circuit_open, course.stopped);
  count(CallOutcome::error, out.attempts * a.error);
  count(CallOutcome::reset, out.attempts * a.cut);
  for (std::size_t i = 0; i < kConnectFailures; ++i) {  // what is dropped has timed out, and is counted there
    if (static_cast<ConnectFailure>(i) != ConnectFailure::dropped)
      count(kConnectOutcomes[i], out.attempts * a.connect_failures[i]);
  }
}

}  // namespace

double mean_of(const Delay& delay) {
  const double held_up = delay.share * delay.mean_s;
  return delay.packet_loss > 0 ? held_up + retransmissions(delay.packet_loss).mean() : held_up;
}

Times law_of(const Delay& delay) {
  const double square = delay.mean_s * delay.mean_s;
  const bool exponential = maths::abs(delay.variance_s2 - square) < 1e-9 * square;
  const Distribution late = exponential ? Distribution::exponential(delay.mean_s)
                                        : Distribution::lognormal({delay.mean_s, delay.variance_s2});
  const Times held_up = with_probability(Times(late), delay.share);
  return delay.packet_loss > 0 ? held_up + retransmissions(delay.packet_loss) : held_up;
}

void attempt(Attempt& out, const EdgeModel& edge, const ServiceModel& callee, std::span<const Response> responses,
             std::span<const double> weights, std::span<const RequestConditions> links, double comes_back) {
  out.success = out.unreached = out.timed_out = out.error = out.cut = out.retryable = out.no_place = 0;
  out.connect_failures = {};
  out.codes = {};
  out.in_time.reserve(most_looked_at(responses));
  Tally tally(out, edge);
  for (std::size_t r = 0; r < responses.size(); ++r) {
    if (weights[r] > 0) add_route(tally, edge, callee, responses[r], links[r], weights[r], comes_back);
  }
  tally.finish();
}

RetriesAsked retries_asked(const EdgeModel& edge, std::span<const Attempt> attempts, const PoolState& pool,
                           double granted) {
  RetriesAsked asked;
  double reach = 1;
  double square = 0;
  for (std::int64_t k = 0; k < edge.spec.retries.max; ++k) {
    reach *= (1 - pool.gives_up) * nth(attempts, k).retryable;
    asked.mean += reach;
    square += static_cast<double>(2 * k + 1) * reach;
    reach *= granted;
  }
  asked.variance = std::max(0.0, square - asked.mean * asked.mean);
  return asked;
}

void operation(Operation& out, const EdgeModel& edge, std::span<const Attempt> attempts, const PoolState& pool,
               const CallState& state) {
  if (state.conditions.off) {  // a call that is not made
    out = {};
    return;
  }
  const Course course = course_of(edge, pool, state);
  Inputs& inputs = out.made_from;
  inputs.begin();
  inputs.share(course.hit);
  inputs.share(course.stopped);
  inputs.share(pool.gives_up);
  inputs.share(pool.waits);
  inputs.time(pool.waits, pool.wait.mean);
  for (const Attempt& a : attempts) {
    inputs.time(1, a.retry_after_s);
    for (const double share : {a.success, a.unreached, a.timed_out, a.error, a.retryable}) inputs.share(share);
    for (const Law* law : {&a.success_time, &a.unreached_time, &a.timed_out_time, &a.error_time, &a.failure_time})
      inputs.law(*law);
  }
  go_through(out, course, attempts, pool);
  out.tried = course.tried;
  out.cache_hits = course.hit;
  out.gives_up = pool.gives_up;
  out.extra_attempts = state.conditions.extra_attempts;
  out.most = course.most;
  out.retried = course.retried;
  out.acquisitions *= 1 + state.conditions.extra_attempts;
  out.attempts = out.acquisitions * (1 - pool.gives_up);
  if (attempts.size() == 1) {
    count_outcomes(out, course, attempts.front(), pool);
  } else {
    Attempt all;
    average(all, out, attempts);
    count_outcomes(out, course, all, pool);
  }
  if (inputs.moved()) make_laws(out, edge, course, attempts, pool);
  if (edge.spec.cache && edge.spec.cache->serve_stale) {
    for (double& failure : out.failure) {
      out.success += failure;
      failure = 0;
    }
  }
}

double turned_away(const Operation& operation, const Attempt& attempt) {
  if (attempt.error <= 0) return 0;
  return operation.failure[slot_of(Cause::bad_response)] * std::min(1.0, attempt.no_place / attempt.error);
}

}  // namespace firedrill::fake_services
