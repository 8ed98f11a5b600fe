#include "fake_services/traffic/calls_under_way.h"

#include <algorithm>

namespace firedrill::fake_services {
namespace {

constexpr std::size_t slot_of(CallOutcome o) {
  return static_cast<std::size_t>(o);
}

// `begun`: there was nothing before; else what there is has always been so.
InVain in_vain(bool begun) {
  return {.connection = {.line = DelayLine(begun)}, .answer = {.line = DelayLine(begun)}};
}

// What is told of so many attempts at once, and the time that answers take.
void count(CallUnderWay& call, const Attempt& a, const EdgeModel& edge, double made) {
  call.outcomes[slot_of(CallOutcome::success)] += made * a.success;
  call.outcomes[slot_of(CallOutcome::error)] += made * a.error;
  call.outcomes[slot_of(CallOutcome::reset)] += made * a.cut;
  for (std::size_t i = 0; i < kConnectFailures; ++i) {
    if (static_cast<ConnectFailure>(i) == ConnectFailure::dropped) continue;  // times out
    call.outcomes[slot_of(kConnectOutcomes[i])] += made * a.connect_failures[i];
  }
  for (std::size_t i = 0; i < edge.codes.list.size(); ++i) call.codes[i] += made * a.codes[i];
  call.seconds += made * a.response_time_s;
  call.squares += made * a.response_square_s2;
}

}  // namespace

double end_of(Awaited& awaited, double begins, double dt_s, double after_s) {
  awaited.begins = begins;
  awaited.ends = awaited.line.out(begins, dt_s, after_s);
  return awaited.ends;
}

void keep(Awaited& awaited, double dt_s, double after_s) {
  awaited.line.keep(awaited.begins, awaited.ends, dt_s, after_s);
}

double inside(const Awaited& awaited, double after_s) {
  return awaited.line.content(awaited.begins, after_s);
}

void go_on(CallUnderWay& call, double operations, const Operation& op, std::span<const Attempt> attempts,
           const EdgeModel& edge, double dt_s) {
  call.outcomes = {};
  call.codes = {};
  call.acquisitions = call.attempts = call.given_up = call.saved = 0;
  call.later_timeouts = call.seconds = call.squares = 0;
  call.outcomes[slot_of(CallOutcome::circuit_open)] = operations * op.outcomes[slot_of(CallOutcome::circuit_open)];
  const double beside = 1 + op.extra_attempts;
  const auto late = [&](Awaited& awaited, double begins, double after_s) {
    const double ends = end_of(awaited, begins, dt_s, after_s);
    call.outcomes[slot_of(CallOutcome::timeout)] += ends;
    call.later_timeouts += ends - begins;
    call.seconds += (ends - begins) * after_s;
    call.squares += (ends - begins) * after_s * after_s;
    return ends;
  };
  double reach = operations * op.tried;
  double after_one = 0;  // of these, after a time-out
  double alike = 0;      // attempts that are as the last of those given
  for (std::size_t n = 0; reach > 0 || n < call.nth.size(); ++n) {
    const Attempt& a = attempts[std::min(n, attempts.size() - 1)];
    const double made = reach * beside * (1 - op.gives_up);
    call.acquisitions += reach * beside;
    call.attempts += made;
    if (n + 1 < attempts.size()) {
      count(call, a, edge, made);
    } else {
      alike += made;
    }
    const double dropped = made * a.connect_failures[static_cast<std::size_t>(ConnectFailure::dropped)];
    const double silent = std::max(0.0, made * a.timed_out - dropped);
    double ends = 0;
    if (n >= call.nth.size() && a.timed_out > 0) call.nth.resize(n + 1, in_vain(call.begun));
    if (n < call.nth.size()) {
      ends = late(call.nth[n].connection, dropped, edge.connect_timeout_s) +
             late(call.nth[n].answer, silent, edge.request_timeout_s);
    }
    const double told = std::max(0.0, a.retryable - a.timed_out);
    const double retried = static_cast<std::int64_t>(n) < op.most ? op.retried : 0;
    const double made_after_one = after_one * (1 - op.gives_up);
    call.given_up += (1 - retried) * ends / beside;
    call.saved += made_after_one * a.success;
    after_one = retried * (made_after_one * told + ends / beside);
    reach = retried * (made * told + ends) / beside;
  }
  count(call, attempts.back(), edge, alike);
  call.outcomes[slot_of(CallOutcome::pool_timeout)] =
      end_of(call.free_connection, call.acquisitions * op.gives_up, dt_s, edge.acquire_timeout_s);
}

void keep(CallUnderWay& call, const EdgeModel& edge, double dt_s) {
  call.begun = true;
  for (InVain& n : call.nth) {
    keep(n.connection, dt_s, edge.connect_timeout_s);
    keep(n.answer, dt_s, edge.request_timeout_s);
  }
  keep(call.free_connection, dt_s, edge.acquire_timeout_s);
}

double waited_for_in_vain(const CallUnderWay& call, const EdgeModel& edge) {
  double sum = 0;
  for (const InVain& n : call.nth) {
    sum += inside(n.connection, edge.connect_timeout_s) + inside(n.answer, edge.request_timeout_s);
  }
  return sum;
}

double next_turn(const CallUnderWay& call, const EdgeModel& edge) {
  double next = call.free_connection.line.next_turn(edge.acquire_timeout_s);
  for (const InVain& n : call.nth) {
    next = std::min(
        {next, n.connection.line.next_turn(edge.connect_timeout_s), n.answer.line.next_turn(edge.request_timeout_s)});
  }
  return next;
}

void forget(CallUnderWay& call) {
  call = {};
  call.begun = true;
  call.free_connection.line = DelayLine(true);
}

}  // namespace firedrill::fake_services
