#include "fake_services/traffic/times.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "base/maths.h"

namespace firedrill::fake_services {
namespace {

// Times that differ by less, relative, are the same.
constexpr double kSame = 1e-9;
// Shares of all others that a part may be off by, at some time, when it becomes one with another.
constexpr double kUnseen = 5e-4;
// Of a sum, the share of a pair of parts below which it is computed roughly.
constexpr double kFew = 2e-3;
// Beyond so many in a row their sum has one mode, near enough.
constexpr double kLongRow = 6;

// The later of two, neither of which has a variation.
Times::Part later_part(const Times::Part& x, double scale_x, const Times::Part& y, double scale_y) {
  Times::Part from_x{.at = std::max(x.at, y.at)};
  Times::Part from_y{.at = from_x.at};
  from_x.add_from(scale_x, x);
  from_y.add_from(scale_y, y);
  return {.at = from_x.at,
          .point = from_x.point * from_y.point,
          .above = Grid::maxima(from_x.point, from_x.above, from_y.point, from_y.above)};
}

// The sum of two parts, times a factor.
Times::Part sum_of(const Times::Part& x, const Extent& of_x, const Times::Part& y, const Extent& of_y, double factor) {
  const double pairs = factor * of_x.share * of_y.share;
  const bool few = factor * x.share() * y.share() < kFew;
  if (!few) {
    if (const auto narrow = narrow_sum(x, of_x, y, of_y)) return narrow->times(factor);
  }
  Times::Part both{.at = x.at + y.at, .point = factor * x.point * y.point, .variation = x.variation + y.variation};
  both.above.add(factor * y.point, x.above);
  both.above.add(factor * x.point, y.above);
  if (pairs >= kFew) {
    both.above.add(1, Grid::sums(factor, x.above, y.above));
  } else if (pairs > 0) {
    const bool x_wider = of_x.deviation > of_y.deviation;
    double none = 0;
    const Grid& wide = x_wider ? x.above : y.above;
    const Extent& narrow = x_wider ? of_y : of_x;
    both.above.add(factor * narrow.share, wide.shifted(narrow.mean, none));
  }
  return both;
}

}  // namespace

Times::Times(const Distribution& law) {
  sum_.add(1, law.moments());
  parts_.emplace_back();
  const Variation variation = Variation::of(law);
  if (law.shape() == Shape::constant || !variation.none()) {
    parts_[0] = {.at = law.mean(), .point = 1, .above = {}, .variation = variation};
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
  for (const Part& part : law.parts_) insert(part.times(scale));
}

void Times::insert(Part part) {
  std::array<Extent, kMost> extents;
  const Extent of_part = part.extent();
  std::size_t nearest = parts_.size();
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    extents[i] = parts_[i].extent();
    const Union both = union_of(parts_[i], extents[i], part, of_part);
    if (both.off < least) {
      least = both.off;
      nearest = i;
    }
    if (least <= 0) break;
  }
  if (nearest < parts_.size() && least <= kUnseen * sum_.share) {
    parts_[nearest] = together(parts_[nearest], part);
    return;
  }
  if (parts_.size() < kMost) {
    parts_.push_back(std::move(part));
    return;
  }
  // Full: the two become one that lose the least by it, the new one among them.
  std::size_t first = nearest;
  std::size_t second = parts_.size();
  for (std::size_t j = 0; j < parts_.size(); ++j) {
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (i == j || parts_[i].at > parts_[j].at) continue;
      if (const Union both = union_of(parts_[i], extents[i], parts_[j], extents[j]); both.off < least) {
        least = both.off;
        first = i;
        second = j;
      }
    }
  }
  if (second == parts_.size()) {
    parts_[first] = together(parts_[first], part);
  } else {
    parts_[first] = together(parts_[first], parts_[second]);
    parts_[second] = std::move(part);
  }
}

double Times::cdf(double x) const {
  double out = 0;
  cdf(std::span(&x, 1), &out);
  return out;
}

void Times::cdf(std::span<const double> bounds, double* out) const {
  std::fill_n(out, bounds.size(), parts_.empty() ? 1.0 : 0.0);
  const double whole = sum_.share > 0 ? 1 / sum_.share : 0;
  for (const Part& part : parts_) part.add_below(whole, bounds.data(), bounds.size(), out);
}

Times Times::at_most(double x) const {
  Times out;
  Sum gone;
  bool whole = true;
  for (const Part& each : parts_) {
    std::optional<Part> on_grid;
    if (!each.variation.none() && each.ends() > x) on_grid = each.on_grid(x);
    const Part& part = on_grid ? *on_grid : each;
    if (!part.variation.none()) {
      out.parts_.push_back(part);
      continue;
    }
    if (part.at > x) {
      whole = false;
      part.add_to(gone);
      continue;
    }
    Part kept{.at = part.at, .point = part.point, .above = part.above.at_most(x - part.at)};
    const Sum all = part.above.sum();
    const Sum in_time = kept.above.sum();
    if (in_time.share < all.share * (1 - 1e-9)) {
      whole = false;
      const Sum late{all.share - in_time.share, all.first - in_time.first, all.second - in_time.second};
      gone.add(late.share, {part.at + late.moments().mean, late.moments().variance});
    }
    if (kept.share() > 0) out.parts_.push_back(std::move(kept));
  }
  if (whole) return *this;
  // Exact less what the grid says is gone; by the grid alone where little is left.
  out.sum_ = {sum_.share - gone.share, sum_.first - gone.first, sum_.second - gone.second};
  const double mean = out.sum_.share > 0 ? out.sum_.first / out.sum_.share : 0;
  if (out.parts_.empty() || out.sum_.share < 0.1 * sum_.share || mean <= 0 || mean > x ||
      out.sum_.second < mean * out.sum_.first) {
    out.sum_ = {};
    for (const Part& part : out.parts_) part.add_to(out.sum_);
  }
  return out;
}

Times Times::scaled(double factor) const {
  Times out;
  out.sum_ = {sum_.share, sum_.first * factor, sum_.second * factor * factor};
  for (const Part& part : parts_) {
    out.parts_.push_back({part.at * factor, part.point, part.above.scaled(factor), part.variation.scaled(factor)});
  }
  return out;
}

Times operator+(const Times& a, const Times& b) {
  if (a.parts_.empty()) return b;
  if (b.parts_.empty()) return a;
  Times sum;
  sum.parts_.reserve(std::min(Times::kMost, a.parts_.size() * b.parts_.size()));
  sum.sum_.add(1, a.moments() + b.moments());
  const double whole = 1 / (a.share() * b.share());
  std::array<Extent, Times::kMost> of_b;
  for (std::size_t j = 0; j < b.parts_.size(); ++j) of_b[j] = b.parts_[j].extent();
  for (const Times::Part& x : a.parts_) {
    const Extent of_x = x.extent();
    for (std::size_t j = 0; j < b.parts_.size(); ++j) {
      if (Times::Part both = sum_of(x, of_x, b.parts_[j], of_b[j], whole); both.share() > 0) {
        sum.insert(std::move(both));
      }
    }
  }
  if (sum.parts_.size() == 1) sum.parts_[0].take_moments(sum.moments());
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
    for (const Times::Part& part : law.parts()) least = std::min(least, part.least());
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
      const double share_x = x.share() / a.share();
      const double share_y = y.share() / b.share();
      const double share = share_x * share_y;
      if (share <= 0) continue;
      const bool narrow = !x.variation.none() || !y.variation.none();
      Times::Part both;
      if (narrow && x.ends() <= y.begins()) {
        both = y.times(share_x / b.share());
      } else if (narrow && y.ends() <= x.begins()) {
        both = x.times(share_y / a.share());
      } else {
        both = later_part(x.on_grid(), 1 / a.share(), y.on_grid(), 1 / b.share());
      }
      if (narrow) both.narrow();
      both.add_to(later.sum_);
      later.insert(std::move(both));
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
  for (const Times::Part& each : law.parts_) {
    const Times::Part p = each.on_grid();
    part.above.add_residual(1 / (law.share() * mean), p.point, p.at, p.above);
  }
  const double share = part.above.share();
  if (share <= 0) return Times::just(mean / 2);
  const Moments by_grid = part.above.sum().moments();
  const double first = (m.variance + mean * mean) / 2 / mean;
  out.sum_.add(share, {first, by_grid.variance});
  out.parts_.push_back(std::move(part));
  return out;
}

}  // namespace firedrill::fake_services
