// The law of a time, with its modes and exact parts, as of a call that a cache answers or the network, in time or after
// a retry: a mixture of a few parts. Each has a least time, a share that takes just that (a constant, a time-out), and
// for the rest shares over a grid above it; what is too narrow for a grid lies around a time by its moments. Sums,
// mixtures and maxima keep these; what lies close together becomes one part.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "fake_services/traffic/distribution.h"
#include "fake_services/traffic/laws/times_part.h"

namespace firedrill::fake_services {

class Times {
 public:
  static constexpr std::size_t kMost = 6;
  using Part = TimesPart;

  Times() {}  // no part: as a law, no time at all
  explicit Times(const Distribution& law);
  // A constant time; and what has these moments, after a least time that is a part of the mean.
  static Times just(double seconds);
  static Times fitted(Moments time, double least = 0);
  // What lies between nothing and `longest`, with a density that falls by `decline` a second (or rises, below zero).
  static Times falling(double decline, double longest_s);
  // Of times that were drawn, which rise.
  static Times drawn(std::span<const double> times);

  // Adds a share that takes just so long; or as a law says. Of a law, the share is spread over its parts in proportion.
  void add(double share, double seconds);
  void add(double share, const Times& law);

  std::span<const Part> parts() const { return parts_; }
  double share() const { return sum_.share; }
  // Of all parts together. Sums and mixtures of these are exact; what is cut off or compared is as good as the grid.
  Moments moments() const { return sum_.moments(); }
  double mean() const { return sum_.share > 0 ? sum_.first / sum_.share : 0; }
  double mean_square() const { return sum_.share > 0 ? sum_.second / sum_.share : 0; }
  double total() const { return sum_.first; }  // seconds, over all shares

  // P(X ≤ x) of the law.
  double cdf(double x) const;
  // The same for bounds that rise.
  void cdf(std::span<const double> bounds, double* out) const;
  // What is at most x: its share is what of this one's is.
  Times at_most(double x) const;
  Times scaled(double factor) const;

 private:
  friend Times operator+(const Times& a, const Times& b);
  friend Times later_of(const Times& a, const Times& b);
  friend Times residual(const Times& law);
  void insert(Part part);

  Sum sum_;
  std::vector<Part> parts_;
};

// A law that never changes, and that whoever knows its address knows.
using Law = std::shared_ptr<const Times>;

// Laws of the sum of independent times, of a time that is taken with probability p (else none), of n of them in a row,
// and of the later of two.
Times operator+(const Times& a, const Times& b);
Times with_probability(const Times& law, double p);
Times in_a_row(const Times& law, double n);
Times later_of(const Times& a, const Times& b);
// The sum where nobody looks closely: the narrower one is known by its mean alone.
Times roughly(const Times& a, const Times& b);
// The sum of n of them, where each after the first is there with the probability `another`.
Times in_a_queue(const Times& law, double another);
// What is left of one that has begun, to whoever comes at random.
Times residual(const Times& law);

}  // namespace firedrill::fake_services
