#include "fake_services/traffic/quota.h"

#include <algorithm>

#include "base/maths.h"

namespace firedrill::fake_services {
namespace {

constexpr double kFullest = 0.98;  // use beyond which it is overloaded, and not by chance
constexpr double kShort = 0.35;    // of a period: work that is shorter waits for whole periods, if it waits
constexpr double kRarely = 1e-9;

// Of the demand's variance at a moment, what is left of its mean over a period: of demand that forgets itself as
// requests end.
double lasting_share(double period_by_work) {
  const double y = period_by_work;
  if (y < 1e-3) return 1;
  return 2 / y * (1 - (1 - maths::exp(-y)) / y);
}

double cube(double x) {
  return x * x * x;
}

}  // namespace

QuotaUse quota_use(const ProcessorLoad& p, Moments alone) {
  QuotaUse use;
  if (!(p.load > 0) || !(p.room > 0) || !(alone.mean > 0)) return use;
  const double varies = alone.variance / (alone.mean * alone.mean);
  const double share = lasting_share(kQuotaPeriod / (alone.mean * (1 + varies) / 2));
  // As a processor shared at each moment, by as many as make the variance of what a period is asked for.
  const double shared =
      shared_stretch({.room = p.room / share, .load = p.load / share, .workers = p.workers / share}) - 1;
  if (shared <= 0) return use;
  const double x = alone.mean / kQuotaPeriod;
  const double settles = 1 + 0.9 / (1 + cube(x / 0.6));
  const double spares = 0.27 / (x * maths::exp(1.7 * maths::log1p(x)));
  const double fitted_s = shared * kQuotaPeriod * maths::sqrt(1 + x * x) / (settles + spares * p.room);
  // Were all workers at work all the time, they would use up the quota, and no more: few of them come near that slowly
  // where work is short, since what one of them waits for the others do not add to, and soon where it is long.
  const double most_s = alone.mean * (p.workers / p.room - 1);
  if (most_s <= 0) return use;
  const double sharpness = std::min(8.0, 0.5 + 7 * x);
  const double nearer = maths::exp(sharpness * maths::log(fitted_s / most_s));
  const double extra_s = fitted_s * maths::exp(-maths::log1p(nearer) / sharpness);
  const double used = std::min(kFullest, p.load / p.room);
  use.stretch = 1 + extra_s / alone.mean;
  const double burst_s = alone.mean * (0.35 + 0.65 * (1 + varies) / 2);
  use.longer_s = burst_s * (1.1 + 0.64 / (1 - used)) / p.room;
  use.delayed = extra_s / use.longer_s;
  if (use.delayed > 1) {
    use.longer_s *= use.delayed;
    use.delayed = 1;
  }
  if (p.load >= kFullest * p.room) {
    use.throttled_periods = 1;
    use.throttled_time = std::max(0.0, 1 - p.room / std::max(p.room, p.workers));
    return use;
  }
  // Who comes while all stands still meets that, and who is at work when it begins; work that is longer than periods is
  // held up in all those in which there is more of it than the quota.
  const double standstill = use.longer_s / (use.longer_s + kQuotaPeriod * (0.6 + 1.2 * x));
  const double periods = std::min(1.0, use.delayed / (standstill + (p.load + 1) * x / p.load));
  const double is_long = x * x / (x * x + 0.04);
  const Crowding crowded = crowding(p);
  use.throttled_periods = periods + is_long * (crowded.share - periods);
  use.throttled_time = periods * standstill + is_long * (crowded.slowed - periods * standstill);
  return use;
}

Times quota_times(const Times& alone, const ProcessorLoad& p, const QuotaUse& use, double stretch) {
  const double extra_s = (stretch - 1) * alone.mean();
  if (extra_s <= 0) return alone;
  if (alone.mean() >= kShort * kQuotaPeriod || use.delayed <= kRarely) return shared_times(alone, p, stretch);
  const double delayed = std::min(1.0, std::max(use.delayed, extra_s / std::max(use.longer_s, 1e-9)));
  Times law;
  law.add(1 - delayed, alone);
  law.add(delayed, alone + Times(Distribution::exponential(extra_s / delayed)));
  return law;
}

}  // namespace firedrill::fake_services
