#include "fake_services/traffic/distribution.h"

#include <algorithm>

#include "base/maths.h"

namespace firedrill::fake_services {
namespace {

constexpr double kZ90 = 1.2815515655446004;  // standard normal quantiles
constexpr double kZ99 = 2.3263478740408408;
constexpr double kLn2 = 0.6931471805599453;
// A relative deviation below which a time is as good as constant.
constexpr double kLeastRelativeVariance = 1e-12;

bool is_constant(Moments m) {
  return m.mean <= 0 || m.variance <= kLeastRelativeVariance * m.mean * m.mean;
}

}  // namespace

Distribution Distribution::constant(double value) {
  Distribution d;
  d.moments_ = {value, 0};
  return d;
}

Distribution Distribution::exponential(double mean) {
  if (mean <= 0) return constant(0);
  Distribution d;
  d.shape_ = Shape::exponential;
  d.moments_ = {mean, mean * mean};
  return d;
}

Distribution Distribution::lognormal(Moments moments) {
  if (is_constant(moments)) return constant(moments.mean);
  Distribution d;
  d.shape_ = Shape::lognormal;
  d.moments_ = moments;
  const double s2 = maths::log1p(moments.variance / (moments.mean * moments.mean));
  d.mu_ = maths::log(moments.mean) - s2 / 2;
  d.sigma_ = maths::sqrt(s2);
  return d;
}

Distribution Distribution::gamma(Moments moments) {
  if (is_constant(moments)) return constant(moments.mean);
  Distribution d;
  d.shape_ = Shape::gamma;
  d.moments_ = moments;
  const double v = moments.variance / (moments.mean * moments.mean) / 9;
  d.mu_ = 1 - v;
  d.sigma_ = maths::sqrt(v);
  return d;
}

Distribution Distribution::from(const DistributionSpec& spec) {
  const double p50 = to_seconds(spec.p50);
  const double mean = to_seconds(spec.mean);
  if (spec.distribution == "exponential") return exponential(mean > 0 ? mean : p50 / kLn2);
  if (spec.distribution != "lognormal") return constant(p50 > 0 ? p50 : mean);
  const double p90 = to_seconds(spec.p90);
  const double p99 = to_seconds(spec.p99);
  if (p50 <= 0) return constant(0);
  double sigma = 0;
  if (p99 > p50) {
    sigma = maths::log(p99 / p50) / kZ99;
  } else if (p90 > p50) {
    sigma = maths::log(p90 / p50) / kZ90;
  } else if (mean > p50) {
    sigma = maths::sqrt(2 * maths::log(mean / p50));
  }
  if (sigma <= 0) return constant(p50);
  const double m = p50 * maths::exp(sigma * sigma / 2);
  return lognormal({m, m * m * maths::expm1(sigma * sigma)});
}

double Distribution::cdf(double x) const {
  if (x < 0) return 0;
  switch (shape_) {
    case Shape::constant:
      return x >= moments_.mean ? 1 : 0;
    case Shape::exponential:
      return -maths::expm1(-x / moments_.mean);
    case Shape::lognormal:
      return x == 0 ? 0 : maths::normal_cdf((maths::log(x) - mu_) / sigma_);
    case Shape::gamma:
      return x == 0 ? 0 : maths::normal_cdf((maths::exp(maths::log(x / moments_.mean) / 3) - mu_) / sigma_);
  }
  return 1;
}

Distribution::Part Distribution::at_most(double x) const {
  // Eight deviations above the mean nothing is left to cut off.
  if (x <= 0) return {};
  const double excess = x - moments_.mean;
  if (excess > 0 && excess * excess > 64 * moments_.variance && shape_ != Shape::lognormal) return {1, moments_};
  const double share = cdf(x);
  if (share <= 0) return {};
  if (share > 1 - 1e-9) return {1, moments_};
  double first = 0;  // E[X; X ≤ x]
  double second = 0;
  switch (shape_) {
    case Shape::constant:
      return {share, moments_};
    case Shape::exponential: {
      const double m = moments_.mean;
      const double e = 1 - share;
      first = m - (x + m) * e;
      second = 2 * m * m - (x * x + 2 * m * x + 2 * m * m) * e;
      break;
    }
    case Shape::lognormal: {
      const double z = (maths::log(x) - mu_) / sigma_;
      first = moments_.mean * maths::normal_cdf(z - sigma_);
      second = (moments_.variance + moments_.mean * moments_.mean) * maths::normal_cdf(z - 2 * sigma_);
      break;
    }
    case Shape::gamma: {
      // x·f(x) of a gamma of shape k is m times the density of shape k + 1, and so on.
      const double k = moments_.mean * moments_.mean / moments_.variance;
      const double theta = moments_.variance / moments_.mean;
      first = moments_.mean * gamma({(k + 1) * theta, (k + 1) * theta * theta}).cdf(x);
      second = k * (k + 1) * theta * theta * gamma({(k + 2) * theta, (k + 2) * theta * theta}).cdf(x);
      break;
    }
  }
  const double mean = std::min(x, std::max(0.0, first / share));
  return {share, {mean, std::clamp(second / share - mean * mean, 0.0, x * x / 4)}};
}

Distribution Distribution::scaled(double factor) const {
  Distribution d = *this;
  d.moments_ = {moments_.mean * factor, moments_.variance * factor * factor};
  if (shape_ == Shape::lognormal) d.mu_ += maths::log(factor);
  return d;
}

Moments later_of(Moments a, Moments b) {
  const double spread = maths::sqrt(a.variance + b.variance);
  if (spread <= 1e-12) return {std::max(a.mean, b.mean), std::max(a.variance, b.variance)};
  const double alpha = (a.mean - b.mean) / spread;
  const double below = maths::normal_cdf(alpha);
  const double density = maths::exp(-alpha * alpha / 2) * 0.3989422804014327;
  const double mean = a.mean * below + b.mean * (1 - below) + spread * density;
  const double second = (a.variance + a.mean * a.mean) * below + (b.variance + b.mean * b.mean) * (1 - below) +
                        (a.mean + b.mean) * spread * density;
  return {mean, std::max(0.0, second - mean * mean)};
}

}  // namespace firedrill::fake_services
