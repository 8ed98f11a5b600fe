#include "fake_services/traffic/times.h"

#include <algorithm>

#include "base/maths.h"

namespace firedrill::fake_services {
namespace {

// Shares of all others below which a part is not worth a place of its own.
constexpr double kNegligible = 1e-4;
// Times that differ by less, relative, are one.
constexpr double kSame = 0.05;
// Beyond so many in a row their sum has one mode, near enough.
constexpr double kLongRow = 6;

double square(double x) {
  return x * x;
}

// Whether two parts are one to whoever looks at them together: the narrower one covers their distance, and the wider
// one is not much wider.
bool alike(const Moments& a, const Moments& b) {
  const double grain = square(kSame * (a.mean + b.mean) / 2);
  const double narrow = std::min(a.variance, b.variance) + grain;
  const double wide = std::max(a.variance, b.variance) + grain;
  return square(a.mean - b.mean) <= narrow && wide <= 4 * narrow;
}

// How much is lost when two become one: the smaller share, as far as they lie apart.
double loss(const Times::Mode& a, const Times::Mode& b) {
  const double sum = a.mean + b.mean;
  const double apart = sum > 0 ? maths::abs(a.mean - b.mean) / sum : 0;
  return std::min(a.share, b.share) * apart;
}

Times::Mode together(const Times::Mode& a, const Times::Mode& b) {
  Sum sum;
  sum.add(a.share, a.time());
  sum.add(b.share, b.time());
  const Moments time = sum.moments();
  return {sum.share, time.mean, time.variance};
}

}  // namespace

void Times::add(double share, Moments time) {
  if (share <= 0) return;
  sum_.add(share, time);
  if (count_ == 0) {
    modes_[count_++] = {share, time.mean, time.variance};
  } else {
    insert(share, time);
  }
}

void Times::add(double share, const Times& law) {
  if (share <= 0) return;
  if (law.count_ == 0) return add(share, Moments{});
  const double scale = share / law.sum_.share;
  sum_.share += share;
  sum_.first += scale * law.sum_.first;
  sum_.second += scale * law.sum_.second;
  for (const Mode& mode : law.modes()) insert(scale * mode.share, mode.time());
}

void Times::insert(double share, Moments time) {
  const Mode added{share, time.mean, time.variance};
  std::size_t nearest = count_;
  double least = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    if (alike(modes_[i].time(), time)) {
      modes_[i] = together(modes_[i], added);
      return;
    }
    const double lost = loss(modes_[i], added);
    if (nearest == count_ || lost < least) {
      nearest = i;
      least = lost;
    }
  }
  if (nearest < count_ && share < kNegligible * sum_.share) {
    modes_[nearest] = together(modes_[nearest], added);
    return;
  }
  if (count_ < kMost) {
    modes_[count_++] = added;
    return;
  }
  // Full: the two become one that lose the least by it, the new one among them.
  std::size_t first = nearest;
  std::size_t second = kMost;
  for (std::size_t i = 0; i < kMost; ++i) {
    for (std::size_t j = i + 1; j < kMost; ++j) {
      if (const double lost = loss(modes_[i], modes_[j]); lost < least) {
        least = lost;
        first = i;
        second = j;
      }
    }
  }
  if (second == kMost) {
    modes_[first] = together(modes_[first], added);
  } else {
    modes_[first] = together(modes_[first], modes_[second]);
    modes_[second] = added;
  }
}

Times operator+(const Times& a, const Times& b) {
  if (a.modes().empty()) return b;
  if (b.modes().empty()) return a;
  if (a.modes().size() == 1 && b.modes().size() == 1) return Times(a.modes()[0].time() + b.modes()[0].time());
  Times sum;
  const double whole = a.share() * b.share();
  for (const Times::Mode& x : a.modes()) {
    for (const Times::Mode& y : b.modes()) sum.add(x.share * y.share / whole, x.time() + y.time());
  }
  return sum;
}

Times with_probability(const Times& law, double p) {
  if (p >= 1) return law;
  Times out;
  out.add(p, law);
  out.add(1 - p, Moments{});
  return out;
}

Times in_a_row(const Times& law, double n) {
  if (n == 1) return law;
  const Moments one = law.moments();
  if (law.modes().size() <= 1 || n > kLongRow || n != maths::floor(n)) {
    return Times(Moments{n * one.mean, n * one.variance});
  }
  Times sum;
  for (double i = 0; i < n; i += 1) sum = sum + law;
  return sum;
}

Times later_of(const Times& a, const Times& b) {
  Times later;
  if (a.modes().empty()) return b;
  if (b.modes().empty()) return a;
  const double whole = a.share() * b.share();
  for (const Times::Mode& x : a.modes()) {
    for (const Times::Mode& y : b.modes()) later.add(x.share * y.share / whole, later_of(x.time(), y.time()));
  }
  return later;
}

}  // namespace firedrill::fake_services
