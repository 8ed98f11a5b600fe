#include "fake_services/traffic/route.h"

#include <algorithm>

#include "base/maths.h"

namespace firedrill::fake_services {
namespace {

// What fewer of the requests meet is known by its moments alone.
constexpr double kFew = 1e-3;

// A call made `times` times in a row with some probability, as one step.
struct Turn {
  double success = 1;
  Times success_time;
  std::array<double, kCauses> failure{};
  std::array<Times, kCauses> failure_time{};
  double made = 0;  // operations
};

Turn turn_of(const CallModel& call, const Operation& op, bool critical) {
  Turn turn;
  const double p = call.probability;
  const double n = call.times;
  if (!critical) {  // its end is awaited, whatever it is
    Times time;
    time.add(op.success, op.success_time);
    for (std::size_t c = 0; c < kCauses; ++c) time.add(op.failure[c], op.failure_time[c]);
    turn.success_time = with_probability(in_a_row(time, n), p);
    turn.made = p * n;
    return turn;
  }
  const double s = op.success;
  const double all = n == 1 ? s : s <= 0 ? 0 : maths::exp(n * maths::log(s));
  const double fails = 1 - s;
  turn.made = p * (n == 1 || fails < 1e-12 ? n : (1 - all) / fails);
  turn.success = 1 - p + p * all;
  if (turn.success > 0) {
    turn.success_time = with_probability(in_a_row(op.success_time, n), p * all / turn.success);
  }
  if (fails <= 0) return turn;
  // Successful calls before the first that fails, on average.
  const double before = std::max(0.0, turn.made / std::max(p, 1e-12) - 1) * (s > 0 ? 1 : 0);
  for (std::size_t c = 0; c < kCauses; ++c) {
    turn.failure[c] = p * (1 - all) * op.failure[c] / fails;
    if (turn.failure[c] <= 0) continue;
    const Moments one = op.success_time.moments();
    turn.failure_time[c] = op.failure_time[c];
    if (before > 0) turn.failure_time[c] = turn.failure_time[c] + Times({before * one.mean, before * one.variance});
  }
  return turn;
}

// The turns of a stage at the same time: the stage lasts as long as the longest, and fails with the first that fails.
Turn together(const Turn& a, const Turn& b) {
  Turn out;
  out.success = a.success * b.success;
  out.success_time = later_of(a.success_time, b.success_time);
  const double fails_a = 1 - a.success;
  const double fails_b = 1 - b.success;
  const double fails = fails_a + fails_b;
  if (fails <= 0) return out;
  for (std::size_t c = 0; c < kCauses; ++c) {
    Times sum;
    sum.add(a.failure[c], a.failure_time[c]);
    sum.add(b.failure[c], b.failure_time[c]);
    out.failure[c] = sum.share() / fails * (1 - out.success);
    out.failure_time[c] = sum;
  }
  return out;
}

}  // namespace

Journey travel(const ServiceModel& service, const RouteModel& route, std::span<const Operation> operations,
               std::span<double> calls_made) {
  Journey journey;
  std::array<Times, kCauses> failures;
  double reach = 1;
  Times so_far;
  for (const StageModel& stage : route.stages) {
    Turn whole;
    for (std::size_t i = 0; i < stage.calls.size(); ++i) {
      const std::size_t index = stage.calls[i];
      const CallModel& call = service.calls[index];
      const Turn turn = turn_of(call, operations[index], service.edges[call.edge].spec.critical);
      calls_made[index] = reach * turn.made;
      whole = i == 0 ? turn : together(whole, turn);
    }
    for (std::size_t c = 0; c < kCauses; ++c) {
      const double share = reach * whole.failure[c];
      if (share >= kFew) {
        failures[c].add(share, so_far + whole.failure_time[c]);
      } else if (share > 0) {
        failures[c].add(share, so_far.moments() + whole.failure_time[c].moments());
      }
    }
    reach *= whole.success;
    so_far = so_far + whole.success_time;
  }
  journey.success = reach;
  journey.success_time = so_far;
  journey.mean_time_s = reach * so_far.mean();
  for (std::size_t c = 0; c < kCauses; ++c) {
    journey.failure[c] = failures[c].share();
    journey.failure_time[c] = failures[c];
    journey.mean_time_s += failures[c].total();
  }
  return journey;
}

}  // namespace firedrill::fake_services
