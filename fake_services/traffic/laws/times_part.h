// A part of the law of a time (traffic/times.h).
#pragma once

#include <optional>

#include "fake_services/traffic/distribution.h"
#include "fake_services/traffic/grid.h"
#include "fake_services/traffic/laws/variation.h"

namespace firedrill::fake_services {

// Time beyond the least one: mean and deviation of what is above.
struct Extent {
  double share = 0;
  double mean = 0;
  double deviation = 0;
};

// A share takes just so long, and the rest longer by shares over a grid; and where it has a variation, each of these
// times varies by that, independently.
struct TimesPart {
  double at = 0;     // seconds that all of it takes at least, but for what the variation takes away
  double point = 0;  // share that takes just that
  Grid above{};      // shares by the time beyond it
  Variation variation{};

  double share() const { return point + above.share(); }
  // All but next to nothing of it lies between; and below `least` there is little.
  double begins() const { return beyond(-5); }
  double ends() const { return beyond(5) + above.ends(); }
  double least() const;
  void add_to(Sum& sum) const;
  Extent extent() const;
  // The shares at most each of the bounds, which rise, times a factor, added to `out`.
  void add_below(double factor, const double* bounds, std::size_t count, double* out) const;
  TimesPart times(double factor) const;  // of that many requests
  // Without a variation: what varies lies on the grid, which then begins where the part does. No place of it lies on
  // both sides of `edge`.
  TimesPart on_grid(double edge = 0) const;
  // What lies on a grid that is coarse for it, and as a variation does, becomes one.
  void narrow();
  // Of the time beyond `at`.
  Cumulants cumulants() const;
  // A narrow law with these moments, if it nearly has them; those of a law that was cut off are not exact.
  void take_moments(Moments exact);
  // Adds a share of another that has the same variation: its times beyond `at`.
  void add_from(double factor, const TimesPart& other);

 private:
  double beyond(double deviations) const;
};

// The sum of two as one narrow law; nothing: it is none, or neither lies on a grid.
std::optional<TimesPart> narrow_sum(const TimesPart& x, const Extent& of_x, const TimesPart& y, const Extent& of_y);

// How two parts become one, and how far off shares may be then.
struct Union {
  enum class How { one_point, one_law, same_variation, on_grid } how = How::on_grid;
  double off = 0;
};
Union union_of(const TimesPart& a, const Extent& of_a, const TimesPart& b, const Extent& of_b);
TimesPart together(const TimesPart& a, const TimesPart& b);

}  // namespace firedrill::fake_services
