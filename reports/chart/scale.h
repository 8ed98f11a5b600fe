// From values to places on the page, and back to round numbers worth a line on it.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"

namespace firedrill::reports {

// What a quantity is, and so how it is written: 250 ms, 1.31 %, 40/s, 512 MiB, 0.0131, 14.4 ×.
enum class Unit { seconds, ratio, per_second, bytes, cores, count, number, times };
std::string describe(double value, Unit unit);

class Scale {
 public:
  // Linear, from 0 (or from `low`, if that is below 0) to a round number at or above `high`.
  static Scale linear(double low, double high, Unit unit, double from_pixel, double to_pixel);
  // Logarithmic over whole powers of ten around [low, high], both above 0.
  static Scale logarithmic(double low, double high, double from_pixel, double to_pixel);

  // Clamped to the scale's ends.
  double operator()(double value) const;
  const std::vector<double>& ticks() const { return ticks_; }

 private:
  bool logarithmic_ = false;
  double low_ = 0, high_ = 1, from_pixel_ = 0, to_pixel_ = 1;
  std::vector<double> ticks_;
};

// The axis that everything shares: the judged window.
class TimeScale {
 public:
  TimeScale(Time from, Time to, double from_pixel, double to_pixel);
  double operator()(Time t) const;  // clamped
  Time from() const { return from_; }
  Time to() const { return to_; }
  // At whole minutes, hours or days, at most `most` of them.
  std::vector<Time> ticks(std::size_t most) const;
  // "14:30", and the day where a run spans several: "Mar 3", at midnight.
  std::string label(Time t) const;

 private:
  Time from_, to_;
  double from_pixel_, to_pixel_;
};

}  // namespace firedrill::reports
