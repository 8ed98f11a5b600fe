#include "fake_services/process/chance.h"

#include <utility>

#include "base/maths.h"

namespace firedrill::fake_services {

bool Chance::happens(double share) {
  if (share <= 0) return false;
  if (share >= 1) return true;
  const std::scoped_lock lock(mutex_);
  return stream_.uniform() < share;
}

double Chance::uniform() {
  const std::scoped_lock lock(mutex_);
  return stream_.uniform();
}

double Chance::draw(const Distribution& time) {
  const std::scoped_lock lock(mutex_);
  switch (time.shape()) {
    case Shape::constant:
      return time.mean();
    case Shape::exponential:
      return stream_.exponential(time.mean());
    case Shape::lognormal:
    case Shape::gamma: {  // the gamma only stands for sums, and none is drawn
      const double sigma2 = maths::log1p(time.variance() / (time.mean() * time.mean()));
      return stream_.lognormal(maths::log(time.mean()) - sigma2 / 2, maths::sqrt(sigma2));
    }
  }
  std::unreachable();
}

std::size_t Chance::pick(std::span<const double> weights) {
  if (weights.size() <= 1) return 0;
  const std::scoped_lock lock(mutex_);
  double left = stream_.uniform();
  for (std::size_t i = 0; i < weights.size(); ++i) {
    left -= weights[i];
    if (left < 0 && weights[i] > 0) return i;
  }
  std::size_t last = weights.size() - 1;
  while (last > 0 && weights[last] <= 0) --last;
  return last;
}

std::size_t Chance::below(std::size_t bound) {
  const std::scoped_lock lock(mutex_);
  return static_cast<std::size_t>(stream_.below(bound));
}

}  // namespace firedrill::fake_services
