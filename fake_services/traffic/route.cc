#include "fake_services/traffic/route.h"

#include <algorithm>
#include <utility>

#include "base/maths.h"

namespace firedrill::fake_services {
namespace {

// What fewer of the requests meet is computed roughly.
constexpr double kFew = 1e-3;

const Times& times_of(const Law& law) {
  static const Times kNone;
  return law == nullptr ? kNone : *law;
}

double power(double share, double n) {
  return n == 0 ? 1 : n == 1 ? share : share <= 0 ? 0 : maths::exp(n * maths::log(share));
}

// Of so many operations in a row, of which each follows where the one before was a success: those that are made.
double made_of(double most, double success) {
  const double fails = 1 - success;
  return fails < 1e-12 ? most : (1 - power(success, most)) / fails;
}

// How often operations of one call in a row succeed: the first one, and those after it, of which some find the place
// that the one before has just left. `made` of a row that begins.
struct InARow {
  double first = 1;
  double later = 1;
  bool alike() const { return first == later; }
  double made(double most) const {
    return most < 1 ? 0 : alike() ? made_of(most, later) : 1 + first * made_of(most - 1, later);
  }
  double all(double most) const { return alike() ? power(first, most) : first * power(later, most - 1); }
};

InARow row_of(const CallModel& call, const Operation& op) {
  InARow row{op.success, op.success};
  if (op.turned_away <= 1e-9 || op.finds_its_place <= 0) return row;
  const double less = 1 - op.finds_its_place;
  const double whole = maths::floor(call.times);
  for (int round = 0; round < 4; ++round) {
    const double made = row.made(whole) + (call.times - whole) * (row.made(whole + 1) - row.made(whole));
    const double first = op.turned_away * made / (1 + (made - 1) * less);
    row.first = std::max(0.0, op.success + op.turned_away - first);
    row.later = std::min(1.0, op.success + op.turned_away - first * less);
  }
  return row;
}

// A call made some times in a row with some probability, as one step. Laws only where they are asked for.
struct Turn {
  double success = 1;
  Times success_time;
  std::array<double, kCauses> failure{};
  std::array<Times, kCauses> failure_time{};
  double made = 0;  // operations
};

// `n`: how many times, a whole number.
Turn uncritical_turn(const CallModel& call, const Operation& op, double n, bool laws) {
  Turn turn;  // its end is awaited, whatever it is
  turn.made = call.probability * n;
  if (!laws) return turn;
  Times time;
  time.add(op.success, times_of(op.success_time));
  for (std::size_t c = 0; c < kCauses; ++c) time.add(op.failure[c], times_of(op.failure_time[c]));
  turn.success_time = with_probability(in_a_row(time, n), call.probability);
  return turn;
}

Turn whole_turn(const CallModel& call, const Operation& op, double n, bool critical, bool laws) {
  if (n == 0) return {};
  if (!critical) return uncritical_turn(call, op, n, laws);
  Turn turn;
  const double p = call.probability;
  const InARow row = row_of(call, op);
  const double all = row.all(n);
  const double made = row.made(n);
  turn.made = p * made;
  turn.success = 1 - p + p * all;
  if (laws && turn.success > 0) {
    turn.success_time = with_probability(in_a_row(times_of(op.success_time), n), p * all / turn.success);
  }
  if (row.first >= 1 && row.later >= 1) return turn;
  for (std::size_t c = 0; c < kCauses; ++c) {
    // Whoever finds no place is told so, and fails by that.
    const bool told = static_cast<Cause>(c) == Cause::bad_response;
    const double first = std::max(0.0, op.failure[c] + (told ? op.success - row.first : 0));
    const double later = std::max(0.0, op.failure[c] + (told ? op.success - row.later : 0));
    turn.failure[c] = row.alike() ? p * (1 - all) * op.failure[c] / (1 - row.first) : p * (first + later * (made - 1));
    if (turn.failure[c] <= 0 || !laws) continue;
    // After as many successful calls as come before the first that fails.
    Times failed;
    Times before;
    double reach = 1;
    for (double i = 0; i < n && reach > kFew; i += 1) {
      failed.add(reach, before + times_of(op.failure_time[c]));
      before = before + times_of(op.success_time);
      reach *= i > 0 || row.alike() ? row.later : first > 0 ? row.first * later / first : row.first;
    }
    turn.failure_time[c] = failed;
  }
  return turn;
}

// The one with such a share of the requests, the other with all others.
Turn either(const Turn& a, const Turn& b, double share_b, bool laws) {
  const double share_a = 1 - share_b;
  Turn out;
  out.made = share_a * a.made + share_b * b.made;
  out.success = share_a * a.success + share_b * b.success;
  if (laws) {
    out.success_time.add(share_a * a.success, a.success_time);
    out.success_time.add(share_b * b.success, b.success_time);
  }
  for (std::size_t c = 0; c < kCauses; ++c) {
    out.failure[c] = share_a * a.failure[c] + share_b * b.failure[c];
    if (!laws) continue;
    out.failure_time[c].add(share_a * a.failure[c], a.failure_time[c]);
    out.failure_time[c].add(share_b * b.failure[c], b.failure_time[c]);
  }
  return out;
}

// Of a number of times that is no whole one, each request makes the one below or the one above.
Turn turn_of(const CallModel& call, const Operation& op, bool critical, bool laws) {
  const double whole = maths::floor(call.times);
  const double one_more = call.times - whole;
  const Turn turn = whole_turn(call, op, whole, critical, laws);
  if (one_more <= 0) return turn;
  return either(turn, whole_turn(call, op, whole + 1, critical, laws), one_more, laws);
}

// The turns of a stage at the same time: the stage lasts as long as the longest, and fails with the first that fails.
Turn together(const Turn& a, const Turn& b, bool laws) {
  Turn out;
  out.success = a.success * b.success;
  if (laws) out.success_time = later_of(a.success_time, b.success_time);
  const double fails_a = 1 - a.success;
  const double fails_b = 1 - b.success;
  const double fails = fails_a + fails_b;
  if (fails <= 0) return out;
  for (std::size_t c = 0; c < kCauses; ++c) {
    out.failure[c] = (a.failure[c] + b.failure[c]) / fails * (1 - out.success);
    if (!laws) continue;
    out.failure_time[c].add(a.failure[c], a.failure_time[c]);
    out.failure_time[c].add(b.failure[c], b.failure_time[c]);
  }
  return out;
}

struct Laws {
  Times success;
  std::array<Times, kCauses> failure;
};

// Once over the stages: the shares, or, where `made` is given, the laws.
void go(Journey& journey, const ServiceModel& service, const RouteModel& route, std::span<const Operation> operations,
        std::span<double> calls_made, Laws* made) {
  const bool laws = made != nullptr;
  double reach = 1;
  journey.failure = {};
  for (const StageModel& stage : route.stages) {
    Turn whole;
    for (std::size_t i = 0; i < stage.calls.size(); ++i) {
      const std::size_t index = stage.calls[i];
      const CallModel& call = service.calls[index];
      const Turn turn = turn_of(call, operations[index], service.edges[call.edge].spec.critical, laws);
      calls_made[index] = reach * turn.made;
      whole = i == 0 ? turn : together(whole, turn, laws);
    }
    for (std::size_t c = 0; c < kCauses; ++c) {
      const double share = reach * whole.failure[c];
      journey.failure[c] += share;
      if (!laws || share <= 0) continue;
      const Times& then = whole.failure_time[c];
      made->failure[c].add(share, share >= kFew ? made->success + then : roughly(made->success, then));
    }
    reach *= whole.success;
    if (laws) made->success = made->success + whole.success_time;
  }
  journey.success = reach;
}

void take_inputs(Inputs& inputs, const RouteModel& route, std::span<const Operation> operations) {
  inputs.begin();
  for (const StageModel& stage : route.stages) {
    for (const std::size_t c : stage.calls) {
      inputs.share(operations[c].success);
      for (const double failure : operations[c].failure) inputs.share(failure);
      inputs.law(operations[c].success_time);
      for (const Law& law : operations[c].failure_time) inputs.law(law);
    }
  }
}

// Of the attempts of a call that fail, the share after which no other one is made.
double final_share(const Operation& op) {
  const double successes = op.outcomes[static_cast<std::size_t>(CallOutcome::success)];
  const double without = op.outcomes[static_cast<std::size_t>(CallOutcome::pool_timeout)];
  const double failing = op.attempts - successes;
  return failing > 1e-9 ? std::clamp((op.tried - without - successes) / failing, 0.0, 1.0) : 1;
}

// Of a call's operations that come to an attempt, the share that is made at once after another one of the same row.
double made_in_a_row(const CallModel& call, const Operation& op, bool critical) {
  const double whole = maths::floor(call.times);
  const double one_more = call.times - whole;
  const InARow row = critical ? row_of(call, op) : InARow{};
  double made = 0;
  double begun = 0;  // the first that were not answered from the cache
  for (const auto& [most, share] : {std::pair{whole, 1 - one_more}, std::pair{whole + 1, one_more}}) {
    made += share * op.tried * row.made(most);
    begun += share * (1 - power(1 - op.tried, most));
  }
  return std::max(0.0, 1 - begun / made);
}

}  // namespace

double coming_back(const CallModel& call, const Operation& op, bool critical) {
  if (op.finds_its_place <= 0 || op.tried <= 0 || op.attempts <= 0) return 0;
  const double back = made_in_a_row(call, op, critical) * op.finds_its_place;
  const double again = critical ? 0 : back * final_share(op);
  const double first = std::min(1.0, op.tried / op.attempts);
  return std::clamp((first * back - again) / (1 - std::min(0.99, again)), 0.0, 1.0);
}

void travel(Journey& journey, const ServiceModel& service, const RouteModel& route,
            std::span<const Operation> operations, std::span<double> calls_made) {
  if (route.stages.empty()) return;
  take_inputs(journey.made_from, route, operations);
  go(journey, service, route, operations, calls_made, nullptr);
  if (journey.made_from.moved()) {
    Laws laws;
    go(journey, service, route, operations, calls_made, &laws);
    journey.success_time = std::make_shared<const Times>(std::move(laws.success));
    for (std::size_t c = 0; c < kCauses; ++c) {
      const bool any = laws.failure[c].share() > 0;
      journey.failure_time[c] = any ? std::make_shared<const Times>(std::move(laws.failure[c])) : nullptr;
    }
  }
  journey.mean_time_s = journey.success * times_of(journey.success_time).mean();
  for (std::size_t c = 0; c < kCauses; ++c) {
    journey.mean_time_s += journey.failure[c] * times_of(journey.failure_time[c]).mean();
  }
}

}  // namespace firedrill::fake_services
