#include "fake_services/traffic/times.h"

#include <algorithm>
#include <limits>

#include "base/maths.h"

namespace firedrill::fake_services {
namespace {

// Times that differ by less, relative, are the same.
constexpr double kSame = 1e-9;
// Constants that differ by less, relative, become one.
constexpr double kSamePoint = 1e-3;
// Shares of all others that a part may be off by, at some time, when it becomes one with another.
constexpr double kUnseen = 5e-4;
// Of a sum, the share of a pair of parts below which it is computed roughly.
constexpr double kFew = 2e-3;
// Beyond so many in a row their sum has one mode, near enough.
constexpr double kLongRow = 6;
// How wide a place is, against the times in it.
constexpr double kPlaceWidth = 0.12;

double share_of(const Times::Part& part) {
  return part.point + part.above.share();
}

// Time beyond the least one: mean and deviation of what is above.
struct Extent {
  double share = 0;
  double mean = 0;
  double deviation = 0;
};
Extent extent_of(const Grid& above) {
  const Sum sum = above.sum();
  const Moments m = sum.moments();
  return {sum.share, m.mean, maths::sqrt(m.variance)};
}

// How far off shares may be when `b` becomes a part of `a`, which begins earlier: what of b is narrower than the places
// that it falls into, and its point.
double loss(const Times::Part& a, const Times::Part& b, const Extent& of_b) {
  const double apart = b.at - a.at;
  if (a.above.empty() && b.above.empty() && apart <= kSamePoint * b.at) return 0;
  const double width = kPlaceWidth * apart;
  const double narrow = of_b.share <= 0 ? 0 : std::min(0.5, width / 2 / std::max(1e-12, of_b.deviation));
  const double wide = of_b.deviation + of_b.mean;
  const double point = std::min(0.5, wide > 0 ? width / wide : 1.0);
  return of_b.share * narrow + b.point * (apart <= kSame * b.at ? 0 : std::max(point, 0.25));
}

// Its times beyond `at`.
void add_from(Times::Part& to, double factor, const Times::Part& part) {
  const double delay = part.at - to.at;
  if (maths::abs(delay) <= kSame * to.at) {
    to.point += factor * part.point;
    to.above.add(factor, part.above);
    return;
  }
  double point = 0;
  to.above.add(factor, part.above.shifted(delay, point));
  if (delay > 0) {
    to.above.add_at(factor * part.point, delay);
  } else {
    point += part.point;
  }
  to.point += factor * point;
}

}  // namespace

Times::Times(const Distribution& law) {
  sum_.add(1, law.moments());
  parts_.emplace_back();
  if (law.shape() == Shape::constant) {
    parts_[0].at = law.mean();
    parts_[0].point = 1;
  } else {
    parts_[0].above = Grid::of(law);
  }
}

Times Times::just(double seconds) {
  return Times(Distribution::constant(seconds));
}

Times Times::fitted(Moments time, double least) {
  Times fitted(Distribution::gamma({std::max(0.0, time.mean - least), time.variance}));
  fitted.parts_[0].at += least;
  fitted.sum_ = {};
  fitted.sum_.add(1, time);
  return fitted;
}

Times Times::falling(double decline, double longest_s) {
  Times falling;
  falling.parts_.emplace_back();
  falling.parts_[0].above = Grid::falling(decline, longest_s);
  const Sum sum = falling.parts_[0].above.sum();
  falling.sum_.add(1, sum.moments());
  return falling;
}

Times Times::drawn(std::span<const double> times) {
  Times drawn;
  if (times.empty()) return drawn;
  const double one = 1 / static_cast<double>(times.size());
  Part part{times.front(), 0, {}};
  for (const double t : times) {
    drawn.sum_.add(one, {t, 0});
    if (t <= part.at * (1 + kSame)) {
      part.point += one;
    } else {
      part.above.add_at(one, t - part.at);
    }
  }
  drawn.parts_.push_back(std::move(part));
  return drawn;
}

void Times::add(double share, double seconds) {
  if (share <= 0) return;
  sum_.add(share, {seconds, 0});
  insert({seconds, share, {}});
}

void Times::add(double share, const Times& law) {
  if (share <= 0) return;
  if (law.parts_.empty()) return add(share, 0.0);
  const double scale = share / law.sum_.share;
  if (parts_.empty()) parts_.reserve(law.parts_.size());
  sum_.share += share;
  sum_.first += scale * law.sum_.first;
  sum_.second += scale * law.sum_.second;
  for (const Part& part : law.parts_) {
    Part scaled{part.at, scale * part.point, {}};
    scaled.above.add(scale, part.above);
    insert(std::move(scaled));
  }
}

void Times::merge(std::size_t into, const Part& part) {
  Part& mine = parts_[into];
  if (mine.above.empty() && part.above.empty() && maths::abs(part.at - mine.at) <= kSamePoint * mine.at) {
    const double both = mine.point + part.point;
    mine.at += (part.at - mine.at) * part.point / both;
    mine.point = both;
  } else if (part.at >= mine.at * (1 - kSame)) {
    add_from(mine, 1, part);
  } else {
    Part lower{part.at, part.point, part.above};
    add_from(lower, 1, mine);
    mine = lower;
  }
}

void Times::insert(Part part) {
  const Extent of_part = extent_of(part.above);
  std::size_t nearest = parts_.size();
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    if (maths::abs(parts_[i].at - part.at) <= kSame * part.at) return merge(i, part);
    const bool later = part.at > parts_[i].at;
    const double lost = later ? loss(parts_[i], part, of_part) : loss(part, parts_[i], extent_of(parts_[i].above));
    if (lost < least) {
      least = lost;
      nearest = i;
    }
  }
  if (nearest < parts_.size() && least <= kUnseen * sum_.share) return merge(nearest, part);
  if (parts_.size() < kMost) {
    parts_.push_back(std::move(part));
    return;
  }
  // Full: the two become one that lose the least by it, the new one among them.
  std::size_t first = nearest;
  std::size_t second = parts_.size();
  for (std::size_t j = 0; j < parts_.size(); ++j) {
    const Extent extent = extent_of(parts_[j].above);
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (i == j || parts_[i].at > parts_[j].at) continue;
      if (const double lost = loss(parts_[i], parts_[j], extent); lost < least) {
        least = lost;
        first = i;
        second = j;
      }
    }
  }
  if (second == parts_.size()) return merge(first, part);
  const Part joins = std::move(parts_[second]);
  parts_[second] = std::move(part);
  merge(first, joins);
}

double Times::cdf(double x) const {
  double out = 0;
  cdf(std::span(&x, 1), &out);
  return out;
}

void Times::cdf(std::span<const double> bounds, double* out) const {
  std::fill_n(out, bounds.size(), parts_.empty() ? 1.0 : 0.0);
  const double whole = sum_.share > 0 ? 1 / sum_.share : 0;
  for (const Part& part : parts_) {
    part.above.add_below(whole, bounds.data(), bounds.size(), out, part.at);
    if (part.point <= 0) continue;
    for (std::size_t i = bounds.size(); i > 0 && bounds[i - 1] >= part.at; --i) out[i - 1] += whole * part.point;
  }
}

Times Times::at_most(double x) const {
  Times out;
  Sum gone;
  bool whole = true;
  for (const Part& part : parts_) {
    if (part.at > x) {
      whole = false;
      const Sum above = part.above.sum();
      gone.add(part.point, {part.at, 0});
      gone.add(above.share, {part.at + above.moments().mean, above.moments().variance});
      continue;
    }
    Part kept{part.at, part.point, part.above.at_most(x - part.at)};
    const Sum all = part.above.sum();
    const Sum in_time = kept.above.sum();
    if (in_time.share < all.share * (1 - 1e-9)) {
      whole = false;
      const Sum late{all.share - in_time.share, all.first - in_time.first, all.second - in_time.second};
      gone.add(late.share, {part.at + late.moments().mean, late.moments().variance});
    }
    if (share_of(kept) > 0) out.parts_.push_back(std::move(kept));
  }
  if (whole) return *this;
  // Exact less what the grid says is gone; by the grid alone where little is left.
  out.sum_ = {sum_.share - gone.share, sum_.first - gone.first, sum_.second - gone.second};
  const double mean = out.sum_.share > 0 ? out.sum_.first / out.sum_.share : 0;
  if (out.parts_.empty() || out.sum_.share < 0.1 * sum_.share || mean <= 0 || mean > x ||
      out.sum_.second < mean * out.sum_.first) {
    out.sum_ = {};
    for (const Part& part : out.parts_) {
      const Sum above = part.above.sum();
      out.sum_.add(part.point, {part.at, 0});
      out.sum_.add(above.share, {part.at + above.moments().mean, above.moments().variance});
    }
  }
  return out;
}

Times Times::scaled(double factor) const {
  Times out;
  out.sum_ = {sum_.share, sum_.first * factor, sum_.second * factor * factor};
  for (const Part& part : parts_) out.parts_.push_back({part.at * factor, part.point, part.above.scaled(factor)});
  return out;
}

Times operator+(const Times& a, const Times& b) {
  if (a.parts_.empty()) return b;
  if (b.parts_.empty()) return a;
  Times sum;
  sum.parts_.reserve(std::min(Times::kMost, a.parts_.size() * b.parts_.size()));
  sum.sum_.add(1, a.moments() + b.moments());
  const double whole = 1 / (a.share() * b.share());
  for (const Times::Part& x : a.parts_) {
    for (const Times::Part& y : b.parts_) {
      Times::Part both{x.at + y.at, whole * x.point * y.point, {}};
      both.above.add(whole * y.point, x.above);
      both.above.add(whole * x.point, y.above);
      const Extent of_x = extent_of(x.above);
      const Extent of_y = extent_of(y.above);
      const double pairs = whole * of_x.share * of_y.share;
      if (pairs >= kFew) {
        both.above.add(1, Grid::sums(whole, x.above, y.above));
      } else if (pairs > 0) {
        const bool x_wider = of_x.deviation > of_y.deviation;
        double none = 0;
        const Grid& wide = x_wider ? x.above : y.above;
        const Extent& narrow = x_wider ? of_y : of_x;
        both.above.add(whole * narrow.share, wide.shifted(narrow.mean, none));
      }
      if (share_of(both) > 0) sum.insert(std::move(both));
    }
  }
  return sum;
}

Times roughly(const Times& a, const Times& b) {
  if (a.parts().empty()) return b;
  if (b.parts().empty()) return a;
  const bool a_wider = a.moments().variance > b.moments().variance;
  Times out = (a_wider ? a : b) + Times::just((a_wider ? b : a).mean());
  return out;
}

Times with_probability(const Times& law, double p) {
  if (p >= 1) return law;
  Times out;
  out.add(1 - p, 0.0);
  out.add(p, law);
  return out;
}

Times in_a_row(const Times& law, double n) {
  if (n == 1 || law.parts().empty()) return law;
  if (n > kLongRow || n != maths::floor(n)) {
    const Moments one = law.moments();
    double least = std::numeric_limits<double>::infinity();
    for (const Times::Part& part : law.parts()) least = std::min(least, part.at);
    return Times::fitted({n * one.mean, n * one.variance}, n * least);
  }
  Times sum;
  for (double i = 0; i < n; i += 1) sum = sum + law;
  return sum;
}

Times in_a_queue(const Times& law, double another) {
  // A long queue is close to exponential; a short one is summed up, twice as far each time.
  constexpr double kLong = 0.6;
  if (another > kLong) {
    const Moments one = law.moments();
    const double left = 1 - another;
    return Times::fitted({one.mean / left, one.variance / left + another * one.mean * one.mean / (left * left)});
  }
  Times all = law;
  Times power = law;
  for (double weight = another; weight > 1e-3; weight *= weight) {
    Times more;
    more.add(1, all);
    more.add(weight, all + power);
    all = std::move(more);
    power = power + power;
  }
  return all;
}

Times later_of(const Times& a, const Times& b) {
  if (a.parts_.empty()) return b;
  if (b.parts_.empty()) return a;
  Times later;
  for (const Times::Part& x : a.parts_) {
    for (const Times::Part& y : b.parts_) {
      const double share_x = share_of(x) / a.share();
      const double share_y = share_of(y) / b.share();
      Times::Part from_x{std::max(x.at, y.at), 0, {}};
      Times::Part from_y{from_x.at, 0, {}};
      add_from(from_x, 1 / a.share(), x);
      add_from(from_y, 1 / b.share(), y);
      Times::Part both{from_x.at, from_x.point * from_y.point, {}};
      both.above = Grid::maxima(from_x.point, from_x.above, from_y.point, from_y.above);
      const Sum above = both.above.sum();
      const double share = share_x * share_y;
      later.sum_.add(both.point, {both.at, 0});
      later.sum_.add(share - both.point, {both.at + above.moments().mean, above.moments().variance});
      if (share > 0) later.insert(std::move(both));
    }
  }
  return later;
}

Times residual(const Times& law) {
  Times out;
  const double mean = law.mean();
  if (mean <= 0) return Times::just(0);
  const Moments m = law.moments();
  Times::Part part;
  for (const Times::Part& p : law.parts_) part.above.add_residual(1 / (law.share() * mean), p.point, p.at, p.above);
  const double share = part.above.share();
  if (share <= 0) return Times::just(mean / 2);
  const Moments by_grid = part.above.sum().moments();
  const double first = (m.variance + mean * mean) / 2 / mean;
  out.sum_.add(share, {first, by_grid.variance});
  out.parts_.push_back(std::move(part));
  return out;
}

}  // namespace firedrill::fake_services
