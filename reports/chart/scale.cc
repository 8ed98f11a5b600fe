#include "reports/chart/scale.h"

#include <algorithm>
#include <array>

#include "base/duration.h"
#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"

namespace firedrill::reports {
namespace {

// 1, 2, 2.5 or 5 times a power of ten: at least `value`.
double round_up(double value) {
  const double power = maths::pow(10, maths::floor(maths::log10(value)));
  for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
    if (value <= factor * power * (1 + 1e-9)) return factor * power;
  }
  return 10 * power;
}

// Bytes are counted in powers of two, long times by the clock and the calendar.
double round_step(double value, Unit unit) {
  if (unit == Unit::seconds && value > 60) {
    constexpr std::array<Duration, 14> kRound{2min, 5min, 10min, 15min, 30min,   1h,      2h,
                                              3h,   6h,   12h,   24h,   2 * 24h, 5 * 24h, 10 * 24h};
    const auto step = std::ranges::find_if(kRound, [&](Duration d) { return to_seconds(d) >= value; });
    return step != kRound.end() ? to_seconds(*step) : round_up(value / 86400) * 86400;
  }
  if (unit != Unit::bytes || value < 1) return round_up(value);
  double power = 1;
  while (power * 2 <= value) power *= 2;
  return power * 2;
}

std::string describe_bytes(double value) {
  constexpr std::array<const char*, 5> kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  while (value >= 1024 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  return format("{:.4g} {}", value, kUnits[unit]);
}

std::string describe_seconds(double value) {
  if (value < 0) return "-" + describe_seconds(-value);
  if (value > 0 && value < 0.001) return format("{:.3g} µs", value * 1e6);
  if (value < 1) return format("{:.3g} ms", value * 1e3);
  return value < 120 ? format("{:.3g} s", value) : describe_duration(from_seconds(value));
}

constexpr std::array<Duration, 18> kSteps{1s,    5s, 15s, 30s, 1min, 2min, 5min, 10min,   15min,
                                          30min, 1h, 2h,  3h,  6h,   12h,  24h,  7 * 24h, 28 * 24h};
constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

}  // namespace

std::string describe(double value, Unit unit) {
  if (maths::is_nan(value)) return "–";
  if (!maths::is_finite(value)) return value > 0 ? "∞" : "−∞";
  switch (unit) {
    case Unit::seconds:
      return value == 0 ? "0" : describe_seconds(value);
    case Unit::ratio:
      return describe_ratio(value);
    case Unit::per_second:
      return value != 0 && value < 10 ? format("{:.2g}/s", value) : describe_count(value) + "/s";
    case Unit::bytes:
      return describe_bytes(value);
    case Unit::cores:
      return format("{:.3g}", value);
    case Unit::count:
      return describe_count(value);
    case Unit::number:
      return format("{:.4g}", value);
    case Unit::times:
      return value < 0.005 ? "0 ×" : value >= 100 ? format("{:.0f} ×", value) : format("{:.3g} ×", value);
  }
  return "";
}

Scale Scale::linear(double low, double high, Unit unit, double from_pixel, double to_pixel) {
  Scale scale;
  scale.from_pixel_ = from_pixel;
  scale.to_pixel_ = to_pixel;
  const double bottom = std::min(low, 0.0);
  double top = high > bottom ? high : bottom + 1;
  if (unit == Unit::ratio) top = std::min(std::max(top, 0.001), std::max(1.0, high));
  const double step = round_step((top - bottom) / 4, unit);
  scale.low_ = maths::floor(bottom / step) * step;
  scale.high_ = maths::ceil(top / step - 1e-9) * step;
  const auto count = static_cast<int>(maths::floor((scale.high_ - scale.low_) / step + 0.5));
  for (int i = 0; i <= count; ++i) scale.ticks_.push_back(scale.low_ + step * i);
  return scale;
}

Scale Scale::logarithmic(double low, double high, double from_pixel, double to_pixel) {
  Scale scale;
  scale.logarithmic_ = true;
  scale.from_pixel_ = from_pixel;
  scale.to_pixel_ = to_pixel;
  const double first = maths::floor(maths::log10(low) + 1e-9);
  const double last = std::max(first + 1, maths::ceil(maths::log10(high) - 1e-9));
  scale.low_ = first;
  scale.high_ = last;
  for (double power = first; power <= last; ++power) scale.ticks_.push_back(maths::pow(10, power));
  return scale;
}

double Scale::operator()(double value) const {
  double place = value;
  if (logarithmic_) place = value > 0 ? maths::log10(value) : low_;
  const double share = std::clamp((place - low_) / (high_ - low_), 0.0, 1.0);
  return from_pixel_ + share * (to_pixel_ - from_pixel_);
}

TimeScale::TimeScale(Time from, Time to, double from_pixel, double to_pixel)
    : from_(from), to_(std::max(to, from + 1ms)), from_pixel_(from_pixel), to_pixel_(to_pixel) {}

double TimeScale::operator()(Time t) const {
  const double share = std::clamp(to_seconds(t - from_) / to_seconds(to_ - from_), 0.0, 1.0);
  return from_pixel_ + share * (to_pixel_ - from_pixel_);
}

std::vector<Time> TimeScale::ticks(std::size_t most) const {
  const auto fits = [&](Duration step) { return (to_ - from_) / step + 1 <= static_cast<std::int64_t>(most); };
  const auto found = std::ranges::find_if(kSteps, fits);
  const Duration step = found == kSteps.end() ? kSteps.back() : *found;
  std::vector<Time> result;
  const auto since_epoch = from_.time_since_epoch();
  for (Time t = Time((since_epoch + step - 1ms) / step * step); t <= to_; t += step) result.push_back(t);
  return result;
}

std::string TimeScale::label(Time t) const {
  const std::string instant = format_instant(t);
  const bool several_days = to_ - from_ > 24h;
  if (several_days && instant.substr(11, 5) == "00:00") {
    const auto month = parse_int(instant.substr(5, 2)).value_or(1);
    return format("{} {}", kMonths[static_cast<std::size_t>(month - 1)], parse_int(instant.substr(8, 2)).value_or(0));
  }
  return to_ - from_ < 4min ? instant.substr(11, 8) : instant.substr(11, 5);
}

}  // namespace firedrill::reports
