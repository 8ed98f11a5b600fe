#include "fake_services/traffic/guards/breaker.h"

#include <algorithm>

#include "base/maths.h"

namespace firedrill::fake_services {
namespace {

constexpr double kAtOnce = 1e3;        // openings a second where nothing is left to chance
constexpr double kNever = 1e-9;        // openings a second that nobody sees
constexpr double kFarOff = 8;          // standard deviations
constexpr double kMostAttempts = 600;  // in the window; of more, the expected share decides
constexpr double kFinest = 0.1;        // seconds of a part of a step
constexpr double kNone = 1e-9;         // of all breakers

// P(X ≤ k) of a Poisson number, k = −1, 0, 1, …
class Poisson {
 public:
  explicit Poisson(double mean) : cdf_(static_cast<std::size_t>(mean + kFarOff * maths::sqrt(mean) + 12), 0) {
    double p = maths::exp(-mean);
    double sum = 0;
    for (std::size_t k = 0; k < cdf_.size(); ++k) {
      sum += p;
      cdf_[k] = std::min(1.0, sum);
      p *= mean / static_cast<double>(k + 1);
    }
  }
  std::int64_t most() const { return std::ssize(cdf_) - 1; }
  double upto(std::int64_t k) const { return k < 0 ? 0 : k > most() ? 1 : cdf_[static_cast<std::size_t>(k)]; }
  double at(std::int64_t k) const { return upto(k) - upto(k - 1); }

 private:
  std::vector<double> cdf_;
};

// Of the times at which failures reach their share, those that begin an excursion: a walk whose drift takes it away
// again, the more surely the farther the usual share is from the threshold.
double beginning_share(double threshold, double failing, bool full) {
  constexpr double kLeast = 0.5;
  constexpr double kSteps = 2.2;  // both measured (breaker_test.cc)
  const double away = threshold - failing;
  if (away <= 0) return kLeast;
  double bad_leave = 0;
  double good_leave = 0;
  if (full) {  // what leaves the window where as many in it have failed as the threshold says
    const double odds = threshold / std::max(1e-6, 1 - threshold);
    bad_leave = maths::pow(failing, threshold) * maths::pow(odds * (1 - failing), 1 - threshold);
    good_leave = bad_leave / odds;
  }
  const double up = 1 - threshold;
  const double variance = up * up * (failing + bad_leave) + threshold * threshold * (1 - failing + good_leave);
  return std::max(kLeast, 1 - maths::exp(-kSteps * away / variance));
}

std::int64_t floor_of(double x) {
  return static_cast<std::int64_t>(maths::floor(x + 1e-9));
}

}  // namespace

double opening_rate(const DependencySpec::CircuitBreaker& spec, double attempts, double failures,
                    double failures_a_second, bool full) {
  const auto least = std::max<std::int64_t>(1, static_cast<std::int64_t>(spec.min_requests));
  if (failures_a_second <= 0 || failures <= 0 || attempts <= 0) return 0;
  const double good = std::max(0.0, attempts - failures);
  const double above = failures - spec.threshold * attempts;
  const double deviation =
      maths::sqrt(failures * (1 - spec.threshold) * (1 - spec.threshold) + good * spec.threshold * spec.threshold);
  if (attempts > kMostAttempts || (above > kFarOff * deviation && attempts > static_cast<double>(2 * least)))
    return above >= 0 && attempts >= static_cast<double>(least) ? kAtOnce : 0;
  const double needed = maths::ceil(spec.threshold * static_cast<double>(least) - 1e-9);
  if (above < -kFarOff * deviation) return 0;
  if (needed > failures && needed * (1 + maths::log(failures / needed)) - failures < -21) return 0;  // below e^-21
  const double odds = (1 - spec.threshold) / spec.threshold;  // of good ones to bad ones, at the threshold
  const Poisson bad(failures);
  const Poisson fine(good);
  double below = 0;
  double first = 0;  // with the failing attempt there are just enough of all
  double later = 0;
  for (std::int64_t f = 0; f <= bad.most(); ++f) {
    const double share = bad.at(f);
    if (share <= 0) continue;
    const std::int64_t over = floor_of(odds * static_cast<double>(f));      // with so many good ones it would be open
    const std::int64_t next = floor_of(odds * static_cast<double>(f + 1));  // and with another failure
    const std::int64_t few = least - 1 - f;                                 // with so many there are too few
    below += share * (1 - fine.upto(over) + fine.upto(std::min(few, over)));
    if (few >= 0 && few <= next) first += share * fine.at(few);
    const std::int64_t from = std::max(over, few);
    if (next > from) later += share * (fine.upto(next) - fine.upto(from));
  }
  if (below < 1e-12) return kAtOnce;
  const double begins = beginning_share(spec.threshold, failures / attempts, full);
  return failures_a_second * (first + begins * later) / below;
}

namespace {

struct Seen {
  double attempts = 0;
  double failures = 0;
};

// Between the two; of a slice that began before, its part.
Seen seen(const std::vector<BreakerSlice>& slices, Time from, Time to) {
  Seen sum;
  for (const BreakerSlice& s : slices) {
    if (s.end <= from || s.seconds <= 0) continue;
    const double begun = s.seconds - to_seconds(s.end - from);  // of the slice, before `from`
    const double left = std::max(0.0, to_seconds(s.end - to));
    const double part = (s.seconds - std::max(0.0, begun) - left) / s.seconds;
    if (part <= 0) continue;
    sum.attempts += part * s.attempts;
    sum.failures += part * s.failures;
  }
  return sum;
}

void forget(Breakers& b, Duration window, Time t) {
  std::erase_if(b.window, [&](const BreakerSlice& s) { return s.end <= t - window; });
}

// Trials of those whose time has come: each with the next call.
double try_again(Breakers& b, const DependencySpec::CircuitBreaker& spec, Time now, double part_s,
                 const BreakerLoad& load) {
  const double asked = 1 - maths::exp(-load.calls * part_s);
  double fails = 0;
  double closes = 0;
  for (BreakerCohort& c : b.waiting) {
    if (c.at > now) continue;
    const double tried = c.share * asked;
    c.share -= tried;
    fails += tried * load.trial_fails;
    closes += tried * (1 - load.trial_fails);
  }
  std::erase_if(b.waiting, [](const BreakerCohort& c) { return c.share < kNone; });
  if (fails > kNone) b.waiting.push_back({now + from_seconds(load.failing_s) + spec.open_for, fails});
  if (closes > kNone) b.young.push_back({now, closes});
  return closes;
}

}  // namespace

void step(Breakers& b, const DependencySpec::CircuitBreaker& spec, Time t, double dt_s, const BreakerLoad& load) {
  b.opened = 0;
  if (dt_s <= 0) return;
  const Time begin = t - from_seconds(dt_s);
  b.window.push_back({t, dt_s, load.attempts * dt_s, load.failures * dt_s});
  const double window_s = to_seconds(spec.window);
  const double finest = std::max(kFinest, std::min(to_seconds(spec.open_for), window_s) / 16);
  const bool still = b.waiting.empty() && b.young.empty();
  const bool enough = load.most >= spec.min_requests;
  double parts = maths::ceil(dt_s / std::min(finest, dt_s));
  if (still) {  // as often as not nothing will come of it
    const Seen all = seen(b.window, t - spec.window, t);
    const bool never = opening_rate(spec, all.attempts, all.failures, load.failures, true) < kNever &&
                       load.failures < spec.threshold * load.attempts;
    if (never || !enough) parts = 0;
  }
  const double part_s = parts > 0 ? dt_s / parts : 0;
  double stays = 1;
  for (double i = 0; i < parts; i += 1) {
    const Time now = begin + from_seconds((i + 0.5) * part_s);
    try_again(b, spec, now, part_s, load);
    double open = 0;
    for (const BreakerCohort& c : b.waiting) open += c.share;
    double young = 0;
    for (const BreakerCohort& c : b.young) young += c.share;
    const double closed = std::max(0.0, 1 - open);
    double opens = 0;
    const auto opening = [&](Time since, bool full) {
      if (!enough) return 0.0;
      const Seen s = seen(b.window, std::max(since, now - spec.window), now);
      return 1 - maths::exp(-part_s * opening_rate(spec, s.attempts, s.failures, load.failures, full));
    };
    const double old = std::max(0.0, closed - young);
    if (old > kNone) opens += old * opening(now - spec.window, true);
    for (BreakerCohort& c : b.young) {
      const double share = c.share * opening(c.at, false);
      c.share -= share;
      opens += share;
    }
    std::erase_if(b.young, [&](const BreakerCohort& c) { return c.at <= now - spec.window || c.share < kNone; });
    if (opens > kNone) b.waiting.push_back({now + spec.open_for, opens});
    if (closed > kNone) stays *= std::max(0.0, 1 - opens / closed);
    b.open = std::min(1.0, open + opens);
  }
  b.opened = 1 - stays;
  forget(b, spec.window, t);
}

}  // namespace firedrill::fake_services
