#include "fake_services/traffic/laws/times_part.h"

#include <algorithm>
#include <utility>

#include "base/maths.h"

namespace firedrill::fake_services {
namespace {

// Times that differ by less, relative, are the same.
constexpr double kSame = 1e-9;
// Constants that differ by less, relative, become one.
constexpr double kSamePoint = 1e-3;
// How wide a place is, against the times in it.
constexpr double kPlaceWidth = 0.12;
// Of what varies, deviations from its middle before which there is so little that it may be taken to be there: two in a
// thousand. The nearer the grid begins, the finer it is.
constexpr double kBegins = -2.9;

// How far off shares of a part may be whose times come to lie so far beyond the beginning of a grid: what is narrower
// than the places that it falls into, and its point.
double off_on_grid(const TimesPart& part, const Extent& of, double beyond) {
  const double width = kPlaceWidth * beyond;
  if (part.variation.none()) {
    const double narrow = of.share <= 0 ? 0 : std::min(0.5, width / 2 / std::max(1e-12, of.deviation));
    const double wide = of.deviation + of.mean;
    const double point = std::min(0.5, wide > 0 ? width / wide : 1.0);
    return of.share * narrow + part.point * (beyond <= kSame * part.at ? 0 : std::max(point, 0.25));
  }
  // What varies lies in several places, and only the slope of its density is lost.
  const double deviation = maths::sqrt(part.variation.variance + of.deviation * of.deviation);
  const double ratio = width / deviation;
  return (part.point + of.share) * std::min(0.5, 0.03 * ratio * ratio);
}

// Deviation against the mean, of what lies on a grid, below which its places are wide.
constexpr double kCoarse = 0.35;

// Where it would begin on a grid, near enough.
double begins_about(const TimesPart& part) {
  return part.at + kBegins * maths::sqrt(part.variation.variance);
}

Narrow narrow_of(const TimesPart& part) {
  return {part.point, part.at, part.variation};
}

}  // namespace

double TimesPart::least() const {
  return std::max(0.0, beyond(kBegins));
}

double TimesPart::beyond(double deviations) const {
  return variation.none() ? at : at + Around(variation).at(deviations);
}

void TimesPart::add_to(Sum& sum) const {
  const Sum beyond = above.sum();
  const Moments m = beyond.moments();
  sum.add(point, {at, variation.variance});
  sum.add(beyond.share, {at + m.mean, m.variance + variation.variance});
}

void TimesPart::add_below(double factor, const double* bounds, std::size_t count, double* out) const {
  if (variation.none()) {
    above.add_below(factor, bounds, count, out, at);
    if (point <= 0) return;
    for (std::size_t i = count; i > 0 && bounds[i - 1] >= at; --i) out[i - 1] += factor * point;
    return;
  }
  if (!above.empty()) return on_grid().add_below(factor, bounds, count, out);
  const Around around(variation);
  const double begins = at + around.at(2 * kBegins);
  const double ends = at + around.at(-2 * kBegins);
  for (std::size_t i = count; i > 0 && bounds[i - 1] > begins; --i) {
    out[i - 1] += factor * point * (bounds[i - 1] >= ends ? 1 : around.cdf(bounds[i - 1] - at));
  }
}

Extent TimesPart::extent() const {
  if (above.empty()) return {};
  const Sum sum = above.sum();
  const Moments m = sum.moments();
  return {sum.share, m.mean, maths::sqrt(m.variance)};
}

TimesPart TimesPart::times(double factor) const {
  TimesPart out{.at = at, .point = factor * point, .above = {}, .variation = variation};
  out.above.add(factor, above);
  return out;
}

TimesPart TimesPart::on_grid(double edge) const {
  if (variation.none()) return *this;
  const Around around(variation);
  double from = std::max(-at, around.at(kBegins));
  if (edge > at + from) from = edge - at - Grid::edge_above(edge - at - from);
  const double before = around.cdf(from);
  const Grid varies = Grid::of(around, from);
  TimesPart out{.at = at + from, .point = before * point};
  out.above.add(point, varies);
  if (!above.empty()) {
    out.above.add(before, above);
    out.above.add(1, Grid::sums(1, varies, above));
  }
  return out;
}

void TimesPart::narrow() {
  constexpr double kLow = 0.005;  // share that may be anywhere
  constexpr double kFits = 0.004;
  if (above.empty() || !variation.none()) return;
  const Extent of = extent();
  if (of.deviation > kCoarse * of.mean || point > kLow * of.share) return;
  const Cumulants by = above.cumulants(0);
  if (by.variance <= 0) return;
  const Variation varies{by.variance, by.third};
  if (above.off(Around(varies), by.mean) > kFits * of.share) return;
  *this = {.at = at + by.mean, .point = point + of.share, .above = {}, .variation = varies};
}

void TimesPart::take_moments(Moments exact) {
  constexpr double kNearly = 0.03;  // of the variance; and of the deviation
  if (!above.empty() || variation.none()) return;
  if (maths::abs(exact.variance - variation.variance) > kNearly * variation.variance) return;
  if (maths::abs(exact.mean - at) > kNearly * maths::sqrt(variation.variance)) return;
  at = exact.mean;
  variation.variance = exact.variance;
}

Cumulants TimesPart::cumulants() const {
  const Cumulants beyond = above.empty() ? Cumulants{} : above.cumulants(point);
  if (variation.none()) return beyond;
  return beyond + Cumulants{0, variation.variance, variation.third, Around(variation).fourth()};
}

// A sum of laws that lie on grids comes to be narrow the more there are of them, and less and less of it is right on a
// grid. It is as a variation says where it has the fourth cumulant of that.
std::optional<TimesPart> narrow_sum(const TimesPart& x, const Extent& of_x, const TimesPart& y, const Extent& of_y) {
  constexpr double kUnlike = 0.2;  // in excess of normal laws: 0.4 points of rank
  if (of_x.share <= 0 && of_y.share <= 0) return std::nullopt;
  double varies = x.variation.variance + y.variation.variance;
  double beyond = varies > 0 ? -kBegins * maths::sqrt(varies) : 0;
  for (const auto& [part, of] : {std::pair(&x, &of_x), std::pair(&y, &of_y)}) {
    if (of->share <= 0) continue;
    const double share = of->share / (part->point + of->share);
    beyond += share * of->mean;
    varies += share * (of->deviation * of->deviation + (1 - share) * of->mean * of->mean);
  }
  if (varies > kCoarse * kCoarse * beyond * beyond) return std::nullopt;
  const Cumulants sum = x.cumulants() + y.cumulants();
  if (sum.variance <= 0) return std::nullopt;
  const Variation variation{sum.variance, sum.third};
  if (maths::abs(sum.fourth - Around(variation).fourth()) > kUnlike * sum.variance * sum.variance) return std::nullopt;
  return TimesPart{.at = x.at + y.at + sum.mean, .point = x.share() * y.share(), .above = {}, .variation = variation};
}

void TimesPart::add_from(double factor, const TimesPart& other) {
  const double delay = other.at - at;
  if (maths::abs(delay) <= kSame * at) {
    point += factor * other.point;
    above.add(factor, other.above);
    return;
  }
  double none_beyond = 0;
  above.add(factor, other.above.shifted(delay, none_beyond));
  if (delay > 0) {
    above.add_at(factor * other.point, delay);
  } else {
    none_beyond += other.point;
  }
  point += factor * none_beyond;
}

Union union_of(const TimesPart& a, const Extent& of_a, const TimesPart& b, const Extent& of_b) {
  const bool points = a.above.empty() && b.above.empty();
  const double apart = maths::abs(a.at - b.at);
  const bool alike = a.variation == b.variation;
  if (alike) {
    const double later = std::max(a.at, b.at);
    if (apart <= kSame * later) return {Union::How::same_variation, 0};
    if (points && a.variation.none() && apart <= kSamePoint * later) return {Union::How::one_point, 0};
  }
  Union best;
  if (alike) {
    best = {Union::How::same_variation, a.at <= b.at ? off_on_grid(b, of_b, apart) : off_on_grid(a, of_a, apart)};
  } else {
    const double least = std::min(begins_about(a), begins_about(b));
    best = {Union::How::on_grid, off_on_grid(a, of_a, a.at - least) + off_on_grid(b, of_b, b.at - least)};
  }
  if (points && !(alike && a.variation.none())) {
    double off = 0;
    as_one(narrow_of(a), narrow_of(b), off);
    if (off <= best.off) best = {Union::How::one_law, off};
  }
  return best;
}

TimesPart together(const TimesPart& a, const TimesPart& b) {
  switch (union_of(a, a.extent(), b, b.extent()).how) {
    case Union::How::one_point: {
      const double both = a.point + b.point;
      return {.at = a.at + (b.at - a.at) * b.point / both, .point = both};
    }
    case Union::How::one_law: {
      double off = 0;
      const Narrow one = as_one(narrow_of(a), narrow_of(b), off);
      return {.at = one.at, .point = one.share, .above = {}, .variation = one.variation};
    }
    case Union::How::same_variation: {
      TimesPart out = a.at <= b.at * (1 + kSame) ? a : b;
      out.add_from(1, a.at <= b.at * (1 + kSame) ? b : a);
      return out;
    }
    case Union::How::on_grid:
      break;
  }
  const TimesPart x = a.on_grid();
  const TimesPart y = b.on_grid();
  TimesPart out = x.at <= y.at ? x : y;
  out.add_from(1, x.at <= y.at ? y : x);
  return out;
}

}  // namespace firedrill::fake_services
