// The extrapolation of rate, increase and delta.
#pragma once

#include "promql/functions/window.h"

namespace firedrill::promql {

// A window's samples cover less than the window: the change between the first and the last is extended towards its
// bounds, all the way where the first (last) sample is about where one is expected, else by half a spacing, and never
// to before a counter's zero. All but the last follows from the times alone and is computed once for windows that hold
// samples of the same times, as those of series that are scraped together do.
class Extrapolation {
 public:
  Extrapolation() = default;
  // `w`: the bounds of any of the windows. It holds `count` samples, at least two, from time `first` to time `last`.
  Extrapolation(const Window& w, std::int64_t first, std::int64_t last, std::size_t count, bool counter,
                bool per_second);

  // `first`: the value of the first sample. `change`: up to the last, resets of a counter made good.
  double extend(double first, double change) const {
    const bool has_zero = counter_ && change > 0 && first >= 0;
    return has_zero && !far_from_zero(first, change) ? extend_near_zero(first, change) : change * factor_;
  }

 private:
  // Whether the counter's zero lies before the point to which the window is extended, told without a division: it
  // does whenever this says so. The margin is far above what rounding can do, and products neither overflow nor
  // underflow.
  bool far_from_zero(double first, double change) const {
    return first > 1e-290 && first < 1e290 && first * sampled_s_ > change * to_start_s_ * (1 + 1e-12);
  }
  double extend_near_zero(double first, double change) const;
  double factor(double to_start_s) const;

  bool counter_ = false;
  bool v2_ = false;
  bool per_second_ = false;
  double range_s_ = 0;
  double sampled_s_ = 0;
  double half_spacing_s_ = 0;
  double threshold_s_ = 0;  // a sample further than this from the window's bound has a gap before (behind) it
  double to_start_s_ = 0;
  double to_end_s_ = 0;
  double factor_ = 0;  // where zero is far
};

}  // namespace firedrill::promql
