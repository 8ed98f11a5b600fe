// How a narrow law lies around its mean. A grid of times is too coarse for one, and there is no need of it: narrow laws
// are told apart by two numbers, and those of sums are sums.
#pragma once

#include "fake_services/traffic/distribution.h"

namespace firedrill::fake_services {

// The second and the third central moment; nothing: it does not vary.
struct Variation {
  double variance = 0;
  double third = 0;

  bool none() const { return variance <= 0; }
  bool operator==(const Variation&) const = default;
  Variation scaled(double factor) const;
  // Of a law that is so narrow that this tells it; of any other nothing.
  static Variation of(const Distribution& law);
};
Variation operator+(const Variation& a, const Variation& b);

// The mean and the cumulants after it: those of a sum are sums.
struct Cumulants {
  double mean = 0;
  double variance = 0;
  double third = 0;
  double fourth = 0;
};
Cumulants operator+(const Cumulants& a, const Cumulants& b);

// Two laws, each of such a share around such a time.
struct Narrow {
  double share = 0;
  double at = 0;
  Variation variation;
};
// Their mixture taken for one, and by what share of all it may then be off.
Narrow as_one(const Narrow& a, const Narrow& b, double& off);

// The law that a variation stands for, around 0: a lognormal that is shifted so that its mean is there and scaled so
// that it has both moments. A lognormal is that itself; sums of narrow laws, and gammas, come near it.
class Around {
 public:
  explicit Around(const Variation& variation);

  // P(X ≤ x).
  double cdf(double x) const;
  // Where so many deviations from the middle of the normal law lie that is behind it.
  double at(double deviations) const;
  // The fourth cumulant.
  double fourth() const;

 private:
  double mirror_ = 1;  // −1 where it is the lower tail that is long
  double sigma_ = 0;   // of the logarithm; 0: it is normal,
  double scale_ = 1;   // with this deviation
  double middle_ = 0;  // the median
  double excess_ = 0;  // the fourth cumulant against the square of the variance
  double variance_ = 0;
};

}  // namespace firedrill::fake_services
