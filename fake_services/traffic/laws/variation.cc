#include "fake_services/traffic/laws/variation.h"

#include <algorithm>

#include "base/maths.h"

namespace firedrill::fake_services {
namespace {

// Deviation against the mean above which the grid tells a law as well as its moments do.
constexpr double kNarrow = 0.35;
constexpr double kSymmetric = 1e-3;  // skewness of a law that is as good as normal

}  // namespace

Variation Variation::scaled(double factor) const {
  return {variance * factor * factor, third * factor * factor * factor};
}

Variation Variation::of(const Distribution& law) {
  const Moments m = law.moments();
  const double cv2 = m.mean > 0 ? m.variance / (m.mean * m.mean) : 0;
  if (cv2 > kNarrow * kNarrow) return {};
  switch (law.shape()) {
    case Shape::lognormal:
      return {m.variance, m.variance * m.mean * cv2 * (3 + cv2)};
    case Shape::gamma:
      return {m.variance, 2 * m.variance * m.mean * cv2};
    case Shape::constant:
    case Shape::exponential:
      break;
  }
  return {};
}

Variation operator+(const Variation& a, const Variation& b) {
  return {a.variance + b.variance, a.third + b.third};
}

Cumulants operator+(const Cumulants& a, const Cumulants& b) {
  return {a.mean + b.mean, a.variance + b.variance, a.third + b.third, a.fourth + b.fourth};
}

Narrow as_one(const Narrow& a, const Narrow& b, double& off) {
  const double share = a.share + b.share;
  const double p = a.share / share;
  const double q = b.share / share;
  const double mean = p * a.at + q * b.at;
  const double from_a = a.at - mean;
  const double from_b = b.at - mean;
  const double variance = p * (a.variation.variance + from_a * from_a) + q * (b.variation.variance + from_b * from_b);
  const auto third = [](const Variation& s, double d) { return s.third + 3 * d * s.variance + d * d * d; };
  const auto fourth = [](const Variation& s, double d) {
    return 3 * s.variance * s.variance + 6 * d * d * s.variance + d * d * d * d;
  };
  // The fourth moment is what one law with these three cannot have as well. Of two that lie apart it says too little.
  const double excess =
      variance > 0 ? (p * fourth(a.variation, from_a) + q * fourth(b.variation, from_b)) / (variance * variance) - 3
                   : 0;
  const double apart = (b.at - a.at) * (b.at - a.at);
  const double wide = a.variation.variance + b.variation.variance;
  off = share * (apart > wide ? 0.5 : std::min(0.5, 0.05 * maths::abs(excess)));
  return {share, mean, {variance, p * third(a.variation, from_a) + q * third(b.variation, from_b)}};
}

// A lognormal's skewness is (w + 2)·√(w − 1), where w − 1 is its squared coefficient of variation; solved for w.
Around::Around(const Variation& variation) {
  const double deviation = maths::sqrt(variation.variance);
  const double skewness = maths::abs(variation.third) / (variation.variance * deviation);
  mirror_ = variation.third < 0 ? -1 : 1;
  scale_ = deviation;
  variance_ = variation.variance;
  if (skewness < kSymmetric) return;
  const double half = skewness * skewness / 2;
  const double root = maths::log1p(half + skewness * maths::sqrt(1 + half / 2)) / 3;
  const double u = maths::exp(root);
  const double cv2 = (u - 1) * (u - 1) / u;
  sigma_ = maths::sqrt(maths::log1p(cv2));
  scale_ = deviation / maths::sqrt((1 + cv2) * cv2);
  middle_ = scale_ * (1 - maths::sqrt(1 + cv2));
  excess_ = cv2 * (16 + cv2 * (15 + cv2 * (6 + cv2)));
}

double Around::cdf(double x) const {
  if (sigma_ <= 0) return maths::normal_cdf(x / scale_);
  const double y = (mirror_ * x - middle_) / scale_;  // beyond the median, in medians
  const double below = y <= -1 ? 0 : maths::normal_cdf(maths::log1p(y) / sigma_);
  return mirror_ > 0 ? below : 1 - below;
}

double Around::fourth() const {
  return excess_ * variance_ * variance_;
}

double Around::at(double deviations) const {
  if (sigma_ <= 0) return scale_ * deviations;
  return mirror_ * (middle_ + scale_ * maths::expm1(mirror_ * deviations * sigma_));
}

}  // namespace firedrill::fake_services
