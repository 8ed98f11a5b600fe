#include "fake_services/traffic/stations/throttling.h"

#include <algorithm>

#include "base/maths.h"
#include "fake_services/traffic/flow.h"
#include "fake_services/traffic/quota.h"

namespace firedrill::fake_services {
namespace {

constexpr double kFullest = 0.98;  // use beyond which the quota is used up in every period
constexpr double kManyUnits = 15;  // of work in a quota, from which on it hardly matters what has only begun
constexpr double kBegun = 1.5;     // how much it does for few
constexpr double kHeavier = 0.15;  // how much more is left over than the exponential has, by how seldom it is
constexpr int kInstants = 20;      // of a period, at which the quota may be used up
constexpr int kHalvings = 60;
constexpr double kMostUnits = 2000;  // in a quota; what is smaller is of no account

// What is asked for within a period, in units of work.
struct Demand {
  double quota = 0;    // units
  double load = 0;     // units that come in a whole period
  double decline = 0;  // of the law of what is left over, a unit
};

// The chance that the quota is used up by such a part of the period, with nothing left over before, and with something.
struct UsedUp {
  double from_nothing = 0;
  double from_rest = 0;
};
UsedUp used_up(const Demand& d, double part, double decline) {
  const double comes = d.load * part;
  double weight = maths::exp(-comes);
  double below = 0;
  double rest = 0;
  for (double n = 0; n < d.quota + 0.5; n += 1) {
    // Between whole units there is what has been begun.
    const double share = weight * std::min(1.0, d.quota - n + 0.5);
    below += share;
    rest += share * maths::exp(-decline * std::max(0.0, d.quota - n));
    weight *= comes / (n + 1);
  }
  const double none = std::max(0.0, 1 - below);
  return {none, std::min(1.0, none + rest)};
}

// The root of load × (e^x − 1) = quota × x: how fast a queue's workload beyond zero grows rare.
double decline_of(double quota, double load) {
  double low = 1e-9;
  double high = 200;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (low + high) / 2;
    (load * (maths::exp(middle) - 1) < quota * middle ? low : high) = middle;
  }
  return low;
}

// Of work that is short against a period.
Throttling of_short_work(const ProcessorLoad& p, double unit_s) {
  const double in_units = kQuotaPeriod / unit_s;
  const double decline = decline_of(p.room * in_units, p.load * in_units);
  // What is at work as a period ends has used a part of what it asks for, as what was when it began.
  const double of_period = 2 * in_units;
  const double begun = kBegun * (1 - maths::exp(-of_period)) / of_period;
  const double many = p.room * in_units / kManyUnits;
  const double smaller = std::max(0.1, 1 - begun / (1 + many * many));
  Demand demand{p.room * in_units / smaller, p.load * in_units / smaller, decline * smaller};
  if (demand.quota > kMostUnits) return {};
  const UsedUp whole = used_up(demand, 1, demand.decline);
  Throttling out;
  out.periods = whole.from_nothing / std::max(1e-12, 1 - whole.from_rest + whole.from_nothing);
  if (out.periods < 1e-9) return {};
  const double slower = demand.decline * maths::exp(kHeavier * maths::log(out.periods));
  for (int i = 0; i < kInstants; ++i) {
    const UsedUp at = used_up(demand, (i + 0.5) / kInstants, slower);
    out.time += (out.periods * at.from_rest + (1 - out.periods) * at.from_nothing) / kInstants;
  }
  // Work that is as long as a period is not all there as it begins.
  out.time /= 1 + 0.45 * unit_s / kQuotaPeriod;
  return out;
}

}  // namespace

Throttling throttling(const ProcessorLoad& p, Moments alone) {
  if (!(p.load > 0) || !(p.room > 0) || !(alone.mean > 0) || p.room >= p.workers) return {};
  const double most = 1 - p.room / p.workers;  // were all workers always at work
  if (p.load >= kFullest * p.room) return {.periods = 1, .time = most};
  const double unit_s = alone.mean + alone.variance / alone.mean;
  Throttling out = of_short_work(p, unit_s);
  const double x = unit_s / kQuotaPeriod;
  const double is_long = x * x * x * x / (1.5 + x * x * x * x);
  const Crowding crowded = crowding(p);
  out.periods += is_long * (crowded.share - out.periods);
  out.time += is_long * (crowded.slowed - out.time);
  out.time = std::min(out.time, out.periods * most);
  return out;
}

Throttling throttling(const ServiceModel& model, const ReplicaClass& k) {
  if (model.spec.cpu_limit <= 0 || k.processor.load <= 0) return {};
  if (k.throttled) {
    const QuotaPoint& point = k.throttled->point();
    return {point.throttled_periods, point.throttled_time};
  }
  const double slower = k.conditions.replica.cpu_factor;
  double mean = 0;
  double square = 0;
  for (std::size_t r = 0; r < k.routes.size(); ++r) {
    const Moments alone = model.routes[r].own.moments();
    mean += k.routes[r].mix * alone.mean * slower;
    square += k.routes[r].mix * (alone.variance + alone.mean * alone.mean) * slower * slower;
  }
  return throttling(k.processor, {mean, std::max(0.0, square - mean * mean)});
}

}  // namespace firedrill::fake_services
