// Distributions of times, as the flow needs them: moments, shares below a bound, and fits to two moments. Seconds.
#pragma once

#include "base/fields.h"

namespace firedrill::fake_services {

struct Moments {
  double mean = 0;
  double variance = 0;
};

enum class Shape { constant, exponential, lognormal, gamma };

// A distribution of one of four shapes, described by its moments and, of the lognormal, by its own parameters.
class Distribution {
 public:
  Distribution() = default;
  static Distribution constant(double value);
  static Distribution exponential(double mean);
  // Fits a lognormal to the moments; with no variance to speak of, a constant.
  static Distribution lognormal(Moments moments);
  // The same with a gamma (its cumulative distribution after Wilson and Hilferty, within 0.01).
  static Distribution gamma(Moments moments);
  // From a file: constant {p50}, exponential {p50 or mean}, lognormal {p50 and p90 or p99}.
  static Distribution from(const DistributionSpec& spec);

  Shape shape() const { return shape_; }
  double mean() const { return moments_.mean; }
  double variance() const { return moments_.variance; }
  Moments moments() const { return moments_; }
  // P(X ≤ x).
  double cdf(double x) const;
  // P(X ≤ x), and the moments of X where it is at most x.
  struct Part {
    double share = 0;
    Moments moments;
  };
  Part at_most(double x) const;
  // The same distribution with its times multiplied.
  Distribution scaled(double factor) const;

 private:
  Shape shape_ = Shape::constant;
  Moments moments_;
  double mu_ = 0;     // of the lognormal: of the logarithm; of the gamma: 1 − 1/9·cv²
  double sigma_ = 0;  // of the lognormal: of the logarithm; of the gamma: √(cv²/9)
};

// Moments of the sum of independent times, and of a time that is taken with probability p (else 0).
inline Moments operator+(const Moments& a, const Moments& b) {
  return {a.mean + b.mean, a.variance + b.variance};
}
inline Moments with_probability(const Moments& m, double p) {
  const double mean = p * m.mean;
  return {mean, p * (m.variance + m.mean * m.mean) - mean * mean};
}
// Shares with the first two moments of their times, added up.
struct Sum {
  double share = 0;
  double first = 0;
  double second = 0;
  void add(double s, Moments m) {
    share += s;
    first += s * m.mean;
    second += s * (m.variance + m.mean * m.mean);
  }
  Moments moments() const {
    if (share <= 0) return {};
    const double mean = first / share;
    const double variance = second / share - mean * mean;
    return {mean, variance > 0 ? variance : 0};
  }
};
// Moments of the later of two independent times, as of normal ones (Clark 1961).
Moments later_of(Moments a, Moments b);

}  // namespace firedrill::fake_services
