#include "fake_services/traffic/stations/quota_source.h"

#include <limits>

namespace firedrill::fake_services {

double RequestSource::work(const Distribution& law, Draws& draws) const {
  if (law.shape() == Shape::constant) return law.mean();
  if (law.shape() == Shape::exponential) return draws.exponential(law.mean());
  const double s2 = maths::log1p(law.variance() / (law.mean() * law.mean()));
  return maths::exp(maths::log(law.mean()) - s2 / 2 + maths::sqrt(s2) * draws.normal());
}

// Until one comes: the last of those that it stands for.
double RequestSource::gap(Draws& draws) const {
  constexpr std::int64_t kMany = 16;  // of which the sum is as a cube of a normal number (Wilson and Hilferty 1931)
  const double mean = 1 / rate_;
  if (each_ == 1) return draws.exponential(mean);
  if (each_ > kMany) {
    const double ninth = 1 / (9 * static_cast<double>(each_));
    const double root = 1 - ninth + maths::sqrt(ninth) * draws.normal();
    return mean * std::max(0.0, root * root * root);
  }
  double all = 1;
  for (std::int64_t i = 0; i < each_; ++i) all *= 1 - draws.uniform();
  return -mean / static_cast<double>(each_) * maths::log(all);
}

RequestSource::Asked RequestSource::asked(Draws& draws) const {
  Asked out;
  double left = draws.uniform();
  while (out.route + 1 < shape_->works.size() && left >= shape_->works[out.route].share) {
    left -= shape_->works[out.route++].share;
  }
  const Distribution& own = shape_->works[out.route].own;
  out.own = work(own, draws);
  out.cores = 1 / std::max(1e-9, own.mean());
  if (each_ > 1) {
    const double beyond = (out.own * out.cores - 1) / maths::sqrt(static_cast<double>(each_));
    out.cores = (1 + beyond) / std::max(out.own, 1e-6 * own.mean());
  }
  return out;
}

// Pollaczek and Khinchine; for what comes more regularly, Kraemer and Langenbach-Belz 1976.
double RequestSource::found_in_the_long_run(double speed) const {
  const double use = rate_ / speed;
  double varies = 0;
  for (const QuotaWork& w : shape_->works) varies += w.share * w.own.variance() / (w.own.mean() * w.own.mean());
  const double come = 1 / static_cast<double>(each_);
  varies /= static_cast<double>(each_);
  const double less = (1 - come) * (1 - come) * 2 * (1 - use) / (3 * use * (come + varies));
  return use / (1 - use) * (come + varies) / 2 * maths::exp(-less);
}

std::uint64_t RequestSource::typical_seed(double speed, double before, double count) const {
  constexpr std::uint64_t kTried = 24;
  const double wanted = found_in_the_long_run(speed);
  std::uint64_t best = 1;
  double nearest = std::numeric_limits<double>::infinity();
  for (std::uint64_t seed = 1; seed <= kTried; ++seed) {
    Draws gaps(seed);
    Draws works(~seed);
    double left = 0;
    double first = 0;
    double second = 0;
    for (double n = 0; n < before + count; n += 1) {
      left = std::max(0.0, left - speed * gap(gaps));
      if (n >= before) {
        first += left;
        second += left * left;
      }
      const Asked one = asked(works);
      left += one.own * one.cores;
    }
    // Long queues are exponential, so that the square is twice that of the mean.
    const double off = maths::abs(first / count / wanted - 1);
    const double square_off = maths::abs(second / count / (2 * wanted * wanted) - 1);
    const double far = off + square_off / 6;
    if (far >= nearest) continue;
    nearest = far;
    best = seed;
  }
  return best;
}

}  // namespace firedrill::fake_services
