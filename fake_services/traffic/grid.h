// Shares of a time by its size: over places of equal ratio, six an octave, from 15 µs to over two hundred seconds.
// Within a place a share is spread evenly; what is below the first place or above the last belongs to these.
#pragma once

#include <array>
#include <cstddef>

#include "fake_services/traffic/distribution.h"
#include "fake_services/traffic/laws/variation.h"

namespace firedrill::fake_services {

class Grid {
 public:
  static constexpr std::size_t kPerOctave = 6;
  static constexpr std::size_t kPlaces = 24 * kPerOctave;

  // Bounds of the places, seconds: place k is [edge(k), edge(k + 1)), but the first begins at 0.
  static double edge(std::size_t k);
  // The lowest bound that is at least x.
  static double edge_above(double x);

  bool empty() const { return first_ == end_; }
  // What all of it is below.
  double ends() const { return empty() ? 0 : edge(end_); }
  // Total, and with the mean and the variance.
  double share() const;
  Sum sum() const;
  // Of a law that is smooth over the places, without what these add to it, and of a share at zero beside it.
  Cumulants cumulants(double at_zero) const;
  // By what share it is off a law that lies so around `mean`.
  double off(const Around& law, double mean) const;
  // Share that is at most x.
  double below(double x) const;
  // The shares at most each of the bounds, which rise, times a factor, added to `out`.
  void add_below(double factor, const double* bounds, std::size_t count, double* out, double offset) const;

  void add(double factor, const Grid& other);
  // A share that takes just so long.
  void add_at(double share, double x);
  // What is left of it at most x.
  Grid at_most(double x) const;
  // Shares that weigh next to nothing go to their neighbours.
  void trim();

  // The law; a constant one has no place here.
  static Grid of(const Distribution& law);
  // What of a narrow law lies beyond `from`, by how far.
  static Grid of(const Around& law, double from);
  // Over [0, longest], with a density that goes with e^(−decline·t).
  static Grid falling(double decline, double longest);
  // Of X + delay, and of X times a factor. What is below zero then goes to `point`.
  Grid shifted(double delay, double& point) const;
  Grid scaled(double factor) const;
  // Of sums and of maxima of X and Y, times a factor; of the latter, `x0` and `y0` are shares of X and Y at zero.
  static Grid sums(double factor, const Grid& x, const Grid& y);
  static Grid maxima(double x0, const Grid& x, double y0, const Grid& y);
  // Where a time that has begun at random ends: the law whose density is P(X > t), not scaled; `point` at `at` is a
  // share of X.
  void add_residual(double factor, double point, double at, const Grid& above);

 private:
  template <typename Where>
  Grid moved(const Where& where, double& point) const;
  void set_range();
  // Of shares that count in the middles of their places.
  struct Middles {
    double share = 0;
    double first = 0;
    double second = 0;
  };
  Middles middles() const;
  void sharpen(double first, double second);

  std::array<double, kPlaces> shares_{};  // nothing but in [first, end)
  std::size_t first_ = 0;
  std::size_t end_ = 0;
};

}  // namespace firedrill::fake_services
