#include "fake_services/traffic/arrivals.h"

#include <algorithm>

#include "base/maths.h"
#include "base/text/format.h"

namespace firedrill::fake_services {
namespace {

constexpr double kHours = 3600;
constexpr Duration kGrid = std::chrono::minutes(1);

// Monday 0 … Sunday 6; 1970-01-01 was a Thursday.
std::size_t weekday(Time t) {
  const auto days = std::chrono::floor<std::chrono::days>(t).time_since_epoch().count();
  return static_cast<std::size_t>(((days + 3) % 7 + 7) % 7);
}

}  // namespace

double daily_wave(Time t, double peak_hour) {
  const auto day = std::chrono::floor<std::chrono::days>(t);
  const double hour = to_seconds(t - day) / kHours;
  return maths::cos(2 * maths::kPi * (hour - peak_hour) / 24);
}

Traffic::Traffic(const TrafficSpec& spec, std::uint64_t seed, std::string_view service, Time start)
    : spec_(spec),
      chance_(seed, format("traffic/{}", service)),
      minute_(std::chrono::floor<std::chrono::minutes>(start)) {
  memory_ = maths::exp(-to_seconds(kGrid) / std::max(1e-3, to_seconds(spec.noise.correlation)));
  before_ = chance_.normal();
  after_ = memory_ * before_ + maths::sqrt(1 - memory_ * memory_) * chance_.normal();
}

double Traffic::seasonal_factor(Time t) const {
  const double daily = spec_.daily.amplitude > 0 ? 1 + spec_.daily.amplitude * daily_wave(t, spec_.daily.peak_hour) : 1;
  // One day's factor passes into the next over the hour around midnight, so that the rate has no jumps.
  const auto midnight = std::chrono::round<std::chrono::days>(t);
  const double hours = to_seconds(t - midnight) / kHours;
  const double today = spec_.weekly.factors[weekday(t)];
  if (hours < -0.5 || hours > 0.5) return daily * today;
  const double before = spec_.weekly.factors[weekday(midnight - std::chrono::hours(1))];
  const double after = spec_.weekly.factors[weekday(midnight)];
  return daily * (before + (after - before) * (hours + 0.5));
}

double Traffic::drift(Time t) {
  if (spec_.noise.deviation <= 0) return 1;
  while (t >= minute_ + kGrid) {
    minute_ += kGrid;
    before_ = after_;
    after_ = memory_ * before_ + maths::sqrt(1 - memory_ * memory_) * chance_.normal();
  }
  const double share = to_seconds(t - minute_) / to_seconds(kGrid);
  return std::max(0.0, 1 + spec_.noise.deviation * (before_ + (after_ - before_) * share));
}

double Traffic::usual(Time t) const {
  return std::max(0.0, spec_.requests_per_second * seasonal_factor(t));
}

double Traffic::rate(Time t) {
  return usual(t) * drift(t);
}

}  // namespace firedrill::fake_services
