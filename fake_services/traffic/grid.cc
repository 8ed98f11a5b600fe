#include "fake_services/traffic/grid.h"

#include <algorithm>

#include "base/maths.h"
#include "fake_services/traffic/wide.h"

namespace firedrill::fake_services {
namespace {

constexpr double kFirstEdge = 1.0 / 65536;  // seconds
constexpr double kLogRatio = 0.6931471805599453 / Grid::kPerOctave;
// A time shorter by so many places than another hardly moves it: only its mean counts.
constexpr std::size_t kFar = 5 * Grid::kPerOctave;
// Shares below and above which nothing needs a place of its own.
constexpr double kLowTail = 1e-4;
constexpr double kHighTail = 1e-7;

// The places' bounds, and where the sum of two of them lies: of one in place i and one d places lower, the sum lies in
// the places i + step[d] and, with the share `upper`, in the one above it.
struct Places {
  std::array<double, Grid::kPlaces + 1> edges;
  std::array<double, Grid::kPlaces> mean;  // of what is in a place, and of its square
  std::array<double, Grid::kPlaces> square;
  std::array<std::size_t, kFar> step;
  std::array<double, kFar> upper;
  std::array<double, 4> grouped;  // moments of a smooth law, against those of the middles of its places
  double ratio;
  Places();
};

// P(U + V > x) for U even over [1, r] and V over [s, s·r].
double share_above(double x, double r, double s) {
  const double w = r - 1;
  const auto square_part = [](double y) { return y > 0 ? y * y / 2 : 0; };
  // The integral of P(V > x − u) over u, by its corners.
  const double v = s * w;
  const double low = x - 1 - s;  // above both least values
  const double below = square_part(low) - square_part(low - w) - square_part(low - v) + square_part(low - w - v);
  return 1 - std::clamp(below / (w * v), 0.0, 1.0);
}

Places::Places() {
  ratio = maths::exp(kLogRatio);
  std::array<double, Grid::kPerOctave> roots;
  double root = 1;
  for (double& r : roots) {
    r = root;
    root *= ratio;
  }
  double octave = kFirstEdge;
  for (std::size_t k = 0; k <= Grid::kPlaces; ++k) {
    if (k > 0 && k % Grid::kPerOctave == 0) octave *= 2;
    edges[k] = octave * roots[k % Grid::kPerOctave];
  }
  for (std::size_t k = 0; k < Grid::kPlaces; ++k) {
    const double low = k == 0 ? 0 : edges[k];
    mean[k] = (low + edges[k + 1]) / 2;
    square[k] = (low * low + low * edges[k + 1] + edges[k + 1] * edges[k + 1]) / 3;
  }
  // E(m^n) where the middle m of a place stands for a time of which any logarithm is as likely in it.
  for (std::size_t n = 0; n < grouped.size(); ++n) {
    const auto power = static_cast<double>(n + 1);
    const double middle = (1 + ratio) / 2;
    double middles = 1;
    for (std::size_t i = 0; i <= n; ++i) middles *= middle;
    grouped[n] = power * kLogRatio / (middles * (1 - maths::exp(-power * kLogRatio)));
  }
  double smaller = 1;
  for (std::size_t d = 0; d < kFar; ++d, smaller /= ratio) {
    double least = 1;
    std::size_t n = 0;
    while (n < Grid::kPerOctave && least * ratio <= (1 + smaller) * (1 + 1e-12)) {
      least *= ratio;
      ++n;
    }
    step[d] = n;
    upper[d] = d == 0 ? 0 : share_above(least * ratio, ratio, smaller);
  }
}

const Places& places() {
  static const Places kPlaces;
  return kPlaces;
}

double low_of(std::size_t k) {
  return k == 0 ? 0 : places().edges[k];
}

std::size_t place_of(double x) {
  const auto& edges = places().edges;
  const auto it = std::upper_bound(edges.begin() + 1, edges.end() - 1, x);
  return static_cast<std::size_t>(it - edges.begin()) - 1;
}

}  // namespace

double Grid::edge(std::size_t k) {
  return places().edges[k];
}

double Grid::edge_above(double x) {
  const auto& edges = places().edges;
  return *std::lower_bound(edges.begin(), edges.end() - 1, x);
}

double Grid::share() const {
  double sum = 0;
  for (std::size_t k = first_; k < end_; ++k) sum += shares_[k];
  return sum;
}

Sum Grid::sum() const {
  Sum sum;
  const double* const shares = shares_.data();
  const double* const mean = places().mean.data();
  const double* const square = places().square.data();
  for (std::size_t k = first_; k < end_; ++k) {
    sum.share += shares[k];
    sum.first += shares[k] * mean[k];
    sum.second += shares[k] * square[k];
  }
  return sum;
}

// Shares count in the middles of their places, less what such a grouping adds to the moments: of places of equal ratio,
// to each a factor of its own (as Sheppard 1898 has it for places of equal width).
Cumulants Grid::cumulants(double at_zero) const {
  double share = at_zero;
  std::array<double, 4> raw{};
  const double* const mean = places().mean.data();
  for (std::size_t k = first_; k < end_; ++k) {
    const double m = mean[k];
    double power = shares_[k];
    share += power;
    for (double& moment : raw) moment += power *= m;
  }
  if (share <= 0) return {};
  for (std::size_t n = 0; n < raw.size(); ++n) raw[n] *= places().grouped[n] / share;
  const double m = raw[0];
  const double variance = raw[1] - m * m;
  const double fourth = raw[3] - 4 * m * raw[2] + 6 * m * m * raw[1] - 3 * m * m * m * m;
  return {m, variance, raw[2] - 3 * m * raw[1] + 2 * m * m * m, fourth - 3 * variance * variance};
}

double Grid::off(const Around& law, double mean) const {
  double most = 0;
  double below = 0;
  const double all = share();
  for (std::size_t k = first_; k < end_; ++k) {
    below += shares_[k];
    if (shares_[k] > 1e-4 * all) most = std::max(most, maths::abs(below - all * law.cdf(places().edges[k + 1] - mean)));
  }
  return most;
}

double Grid::below(double x) const {
  double out = 0;
  add_below(1, &x, 1, &out, 0);
  return out;
}

void Grid::add_below(double factor, const double* bounds, std::size_t count, double* out, double offset) const {
  const auto& edges = places().edges;
  double sum = 0;
  std::size_t k = first_;
  for (std::size_t i = 0; i < count; ++i) {
    const double x = bounds[i] - offset;
    while (k < end_ && edges[k + 1] <= x) sum += shares_[k++];
    double share = sum;
    if (k < end_) {
      const double low = low_of(k);
      if (x > low) share += shares_[k] * (x - low) / (edges[k + 1] - low);
    }
    out[i] += factor * share;
  }
}

void Grid::add(double factor, const Grid& other) {
  if (other.empty()) return;
  const std::size_t from = other.first_;
  add_scaled(factor, other.shares_.data() + from, shares_.data() + from, other.end_ - from);
  first_ = empty() ? other.first_ : std::min(first_, other.first_);
  end_ = std::max(end_, other.end_);
}

void Grid::add_at(double share, double x) {
  if (share <= 0) return;
  const std::size_t k = place_of(x);
  shares_[k] += share;
  first_ = empty() ? k : std::min(first_, k);
  end_ = std::max(end_, k + 1);
}

Grid Grid::at_most(double x) const {
  Grid out = *this;
  const auto& edges = places().edges;
  for (std::size_t k = first_; k < end_; ++k) {
    if (edges[k + 1] <= x) continue;
    const double low = low_of(k);
    out.shares_[k] = x > low ? shares_[k] * (x - low) / (edges[k + 1] - low) : 0;
  }
  out.set_range();
  return out;
}

void Grid::set_range() {
  first_ = 0;
  end_ = kPlaces;
  while (end_ > 0 && shares_[end_ - 1] <= 0) --end_;
  while (first_ < end_ && shares_[first_] <= 0) ++first_;
  if (first_ == end_) first_ = end_ = 0;
}

void Grid::trim() {
  set_range();
  if (empty()) return;
  const double all = share();
  double low = 0;
  while (first_ + 1 < end_ && low + shares_[first_] < kLowTail * all) {
    low += shares_[first_];
    shares_[first_++] = 0;
  }
  shares_[first_] += low;
  double high = 0;
  while (end_ > first_ + 1 && high + shares_[end_ - 1] < kHighTail * all) {
    high += shares_[--end_];
    shares_[end_] = 0;
  }
  shares_[end_ - 1] += high;
}

Grid Grid::of(const Distribution& law) {
  Grid out;
  const auto& edges = places().edges;
  double below = 0;
  for (std::size_t k = 0; k < kPlaces; ++k) {
    const double upto = k + 1 == kPlaces || below > 1 - 1e-12 ? 1 : std::max(below, law.cdf(edges[k + 1]));
    out.shares_[k] = upto - below;
    below = upto;
  }
  out.trim();
  return out;
}

Grid Grid::of(const Around& law, double from) {
  // What is so near `from` needs no places: its density rises from next to nothing there.
  constexpr std::size_t kNear = 6 * kPerOctave;
  Grid out;
  const auto& edges = places().edges;
  const std::size_t middle = place_of(law.at(0) - from);
  double below = law.cdf(from);
  for (std::size_t k = middle > kNear ? middle - kNear : 0; k < kPlaces && below < 1; ++k) {
    const double upto = k + 1 == kPlaces || below > 1 - 1e-8 ? 1 : std::max(below, law.cdf(from + edges[k + 1]));
    out.shares_[k] = upto - below;
    below = upto;
  }
  out.trim();
  return out;
}

Grid Grid::falling(double decline, double longest) {
  Grid out;
  const auto& edges = places().edges;
  const double x = decline * longest;
  // P(T ≤ t), written so that nothing overflows where the density rises.
  const auto upto = [&](double t) {
    if (t >= longest) return 1.0;
    if (x < 1e-6 && x > -1e-6) return t / longest;
    if (x > 0) return maths::expm1(-decline * t) / maths::expm1(-x);
    return maths::exp(x - decline * t) * maths::expm1(decline * t) / maths::expm1(x);
  };
  double below = 0;
  for (std::size_t k = 0; k < kPlaces && below < 1; ++k) {
    const double now = k + 1 == kPlaces ? 1 : std::max(below, upto(edges[k + 1]));
    out.shares_[k] = now - below;
    below = now;
  }
  out.trim();
  return out;
}

// `where` gives for each bound of a place that of the old ones up to which its shares belong.
template <typename Where>
Grid Grid::moved(const Where& where, double& point) const {
  Grid out;
  if (empty()) return out;
  const auto& edges = places().edges;
  double sum = 0;
  std::size_t k = first_;
  const auto upto = [&](double x) {
    while (k < end_ && edges[k + 1] <= x) sum += shares_[k++];
    if (k >= end_) return sum;
    const double low = low_of(k);
    return x > low ? sum + shares_[k] * (x - low) / (edges[k + 1] - low) : sum;
  };
  double below = upto(where(0.0));
  point += below;
  for (std::size_t i = 0; i < kPlaces && k < end_; ++i) {
    const double now = i + 1 == kPlaces ? upto(maths::infinity()) : upto(where(edges[i + 1]));
    out.shares_[i] = now - below;
    below = now;
  }
  out.set_range();
  return out;
}

Grid Grid::shifted(double delay, double& point) const {
  return moved([=](double x) { return x - delay; }, point);
}

Grid Grid::scaled(double factor) const {
  double none = 0;
  return moved([=](double x) { return x / factor; }, none);
}

Grid Grid::sums(double factor, const Grid& x, const Grid& y) {
  Grid out;
  if (x.empty() || y.empty()) return out;
  const Places& p = places();
  std::array<double, kPlaces + kPerOctave + 2> sum{};
  const std::size_t first = std::min(x.first_, y.first_);
  const std::size_t end = std::max(x.end_, y.end_);
  std::array<double, kPlaces> pairs;
  static constexpr std::array<double, kPlaces> kNone{};
  const double* const from_x = x.shares_.data() + first;
  const double* const from_y = y.shares_.data() + first;
  for (std::size_t d = 0; d < kFar && first + d < end; ++d) {
    const std::size_t count = end - first - d;
    // Of two in one place there is one pair.
    cross_products(from_x + d, from_y, from_y + d, d > 0 ? from_x : kNone.data(), pairs.data(), count);
    const double upper = p.upper[d];
    double* const to = sum.data() + first + d + p.step[d];
    add_scaled(1 - upper, pairs.data(), to, count);
    if (upper > 0) add_scaled(upper, pairs.data(), to + 1, count);
  }
  // What is far smaller: by its share and its mean.
  const auto add_far = [&](const Grid& large, const Grid& small) {
    double share = 0;
    double mean = 0;
    for (std::size_t k = first + kFar; k < end; ++k) {
      const std::size_t s = k - kFar;
      share += small.shares_[s];
      mean += small.shares_[s] * p.mean[s];
      if (share <= 0) continue;
      const double pair = large.shares_[k] * share;
      const double up = large.shares_[k] * mean / (p.edges[k + 1] - p.edges[k]);
      sum[k] += pair - up;
      sum[k + 1] += up;
    }
  };
  add_far(x, y);
  add_far(y, x);
  for (std::size_t k = 0; k < sum.size(); ++k) out.shares_[std::min(k, kPlaces - 1)] += factor * sum[k];
  out.trim();
  const Middles of_x = x.middles();
  const Middles of_y = y.middles();
  const double cross = 2 * of_x.first * of_y.first * (1 + kLogRatio * kLogRatio / 12);
  out.sharpen(factor * (of_x.first * of_y.share + of_y.first * of_x.share),
              factor * (of_x.second * of_y.share + of_y.second * of_x.share + cross));
  return out;
}

Grid::Middles Grid::middles() const {
  Middles sum;
  const double* const shares = shares_.data();
  const double* const mean = places().mean.data();
  for (std::size_t k = first_; k < end_; ++k) {
    const double first = shares[k] * mean[k];
    sum.share += shares[k];
    sum.first += first;
    sum.second += first * mean[k];
  }
  return sum;
}

// Shares that are spread evenly over their places come to lie wider with each sum. Between neighbours so much goes up
// or down, and against the slope, that the first two moments of their middles are what they are where the law is
// smooth; but no more than half of what is there.
void Grid::sharpen(double first, double second) {
  constexpr double kMost = 0.15;
  if (end_ < first_ + 3) return;
  const double* const mean = places().mean.data();
  double* const shares = shares_.data();
  const Middles now = middles();
  double level1 = 0, level2 = 0, slope1 = 0, slope2 = 0;
  for (std::size_t k = first_; k + 1 < end_; ++k) {
    const double step = mean[k + 1] - mean[k];
    const double twice = step * (mean[k + 1] + mean[k]);
    const double level = (shares[k] + shares[k + 1]) / 2;
    const double slope = shares[k + 1] - shares[k];
    level1 += level * step;
    level2 += level * twice;
    slope1 += slope * step;
    slope2 += slope * twice;
  }
  const double by1 = first - now.first;
  const double by2 = second - now.second;
  const double all = level1 * slope2 - level2 * slope1;
  if (all >= 0) return;
  const double up = std::clamp((by1 * slope2 - by2 * slope1) / all, -kMost, kMost);
  const double against = std::clamp((level1 * by2 - level2 * by1) / all, 0.0, kMost);
  double before = 0;
  for (std::size_t k = first_; k + 1 < end_; ++k) {
    const double moved = up * (shares[k] + shares[k + 1]) / 2 + against * (shares[k + 1] - shares[k]);
    const double kept = std::clamp(moved, -shares[k + 1] / 2, shares[k] / 2);
    shares[k] += before - kept;
    before = kept;
  }
  shares[end_ - 1] += before;
}

Grid Grid::maxima(double x0, const Grid& x, double y0, const Grid& y) {
  Grid out;
  double below_x = x0;
  double below_y = y0;
  const std::size_t end = std::max(x.end_, y.end_);
  for (std::size_t k = 0; k < end; ++k) {
    const double upto_x = below_x + x.shares_[k];
    const double upto_y = below_y + y.shares_[k];
    out.shares_[k] = upto_x * upto_y - below_x * below_y;
    below_x = upto_x;
    below_y = upto_y;
  }
  out.trim();
  return out;
}

void Grid::add_residual(double factor, double point, double at, const Grid& above) {
  const auto& edges = places().edges;
  double left = point + above.share();
  double done = 0;  // P(X ≤ t) beyond the point, at the lower bound of the place
  std::array<double, kPlaces> upto{};
  std::array<double, kPlaces> bounds;
  for (std::size_t k = 0; k < kPlaces; ++k) bounds[k] = edges[k + 1];
  above.add_below(1, bounds.data(), kPlaces, upto.data(), at);
  const double rest = left - point;
  for (std::size_t k = 0; k < kPlaces; ++k) {
    const double low = low_of(k);
    const double width = edges[k + 1] - low;
    const double before_point = std::clamp(at - low, 0.0, width);
    const double above_point = std::max(0.0, rest - (done + upto[k]) / 2);
    shares_[k] += factor * (point * before_point + above_point * width);
    done = upto[k];
    if (done >= rest * (1 - 1e-9) && edges[k + 1] >= at) break;
  }
  set_range();
}

}  // namespace firedrill::fake_services
