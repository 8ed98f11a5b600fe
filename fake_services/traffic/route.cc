#include "fake_services/traffic/route.h"

#include <algorithm>

#include "base/maths.h"

namespace firedrill::fake_services {
namespace {

// A call made `times` times in a row with some probability, as one step.
struct Turn {
  double success = 1;
  Moments success_time;
  std::array<double, kCauses> failure{};
  std::array<Moments, kCauses> failure_time{};
  double made = 0;  // operations
};

Turn turn_of(const CallModel& call, const Operation& op, bool critical) {
  Turn turn;
  const double p = call.probability;
  const double n = call.times;
  if (!critical) {  // its end is awaited, whatever it is
    Sum time;
    time.add(op.success, op.success_time);
    for (std::size_t c = 0; c < kCauses; ++c) time.add(op.failure[c], op.failure_time[c]);
    const Moments one = time.moments();
    turn.success_time = with_probability({n * one.mean, n * one.variance}, p);
    turn.made = p * n;
    return turn;
  }
  const double s = op.success;
  const double all = n == 1 ? s : s <= 0 ? 0 : maths::exp(n * maths::log(s));
  const double fails = 1 - s;
  turn.made = p * (n == 1 || fails < 1e-12 ? n : (1 - all) / fails);
  turn.success = 1 - p + p * all;
  if (turn.success > 0) {
    const Moments row{n * op.success_time.mean, n * op.success_time.variance};
    turn.success_time = with_probability(row, p * all / turn.success);
  }
  if (fails <= 0) return turn;
  // Successful calls before the first that fails, on average.
  const double before = std::max(0.0, turn.made / std::max(p, 1e-12) - 1) * (s > 0 ? 1 : 0);
  for (std::size_t c = 0; c < kCauses; ++c) {
    turn.failure[c] = p * (1 - all) * op.failure[c] / fails;
    turn.failure_time[c] =
        op.failure_time[c] + Moments{before * op.success_time.mean, before * op.success_time.variance};
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
    Sum sum;
    sum.add(a.failure[c], a.failure_time[c]);
    sum.add(b.failure[c], b.failure_time[c]);
    out.failure[c] = sum.share / fails * (1 - out.success);
    out.failure_time[c] = sum.moments();
  }
  return out;
}

}  // namespace

Journey travel(const ServiceModel& service, const RouteModel& route, std::span<const Operation> operations,
               std::span<double> calls_made) {
  Journey journey;
  std::array<Sum, kCauses> failures;
  double reach = 1;
  Moments so_far;
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
      failures[c].add(reach * whole.failure[c], so_far + whole.failure_time[c]);
    }
    reach *= whole.success;
    so_far = so_far + whole.success_time;
  }
  journey.success = reach;
  journey.success_time = so_far;
  journey.mean_time_s = reach * so_far.mean;
  for (std::size_t c = 0; c < kCauses; ++c) {
    journey.failure[c] = failures[c].share;
    journey.failure_time[c] = failures[c].moments();
    journey.mean_time_s += failures[c].first;
  }
  return journey;
}

}  // namespace firedrill::fake_services
