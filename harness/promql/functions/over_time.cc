// Aggregations of one series over time.

#include <bit>

#include "base/maths.h"
#include "promql/functions/blocks.h"
#include "promql/functions/floats.h"
#include "promql/functions/implementations.h"
#include "promql/functions/kahan.h"

namespace firedrill::promql {
namespace {

double seconds(std::int64_t t) {
  return static_cast<double>(t) / 1000;
}

// Prometheus 2.42's incremental mean, in which an infinity, once met, stays unless another of the other sign comes.
double mean_v2(std::span<const double> values) {
  KahanSum mean;
  double count = 0;
  for (const double v : values) {
    ++count;
    if (is_inf(mean.sum)) {
      if (is_inf(v) && (mean.sum > 0) == (v > 0)) continue;
      if (!is_inf(v) && !is_nan(v)) continue;
    }
    mean.add(v / count - mean.sum / count);
  }
  return mean.total();
}

double variance(std::span<const double> values, bool v2) {
  double count = 0;
  KahanSum mean;
  KahanSum squares;
  for (const double v : values) {
    ++count;
    const double delta = v - (mean.sum + mean.c);
    v2 ? mean.add_v2(delta / count) : mean.add(delta / count);
    const double square = delta * (v - (mean.sum + mean.c));
    v2 ? squares.add_v2(square) : squares.add(square);
  }
  return (squares.sum + squares.c) / count;
}

// The sample that wins over all others; NaN loses against anything.
template <typename Wins>
std::size_t best(std::span<const double> values, const Wins& wins) {
  std::size_t result = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (wins(values[i], values[result]) || is_nan(values[result])) result = i;
  }
  return result;
}

// Calls `visit(block)` for the window's blocks and, summed up for the occasion, the samples before and after them.
template <typename Visit>
void for_each_block(const Window& w, const Visit& visit) {
  const std::uint64_t end = w.first + w.values.size();
  const std::uint64_t from = (w.first + Blocks::kSize - 1) / Blocks::kSize;
  const std::uint64_t to = end / Blocks::kSize;
  const auto head = static_cast<std::size_t>(from * Blocks::kSize - w.first);
  const auto tail = static_cast<std::size_t>(to * Blocks::kSize - w.first);
  if (head > 0) visit(summarise(w.values.first(head)));
  for (std::uint64_t i = from; i < to; ++i) visit((*w.blocks)[i]);
  if (tail < w.values.size()) visit(summarise(w.values.subspan(tail)));
}

Block summarise_all(const Window& window) {
  Block all;
  for_each_block(window, [&](const Block& block) {
    all.sum.add(block.sum);
    all.absolute += block.absolute;
    all.whole = all.whole && block.whole;
  });
  return all;
}

// What the compensated sum of n values would be, where that can be told from their exact sum S without adding them up
// in their order. The compensated sum is fl(s + c), where s is the plain running sum and c that of its rounding errors.
// Those errors are computed exactly, so s + c misses S by no more than the rounding of c itself: n²u²A for n values
// whose magnitudes add up to A, with u = 2⁻⁵³. ExactSum's own error has the same bound. So if S is further than both
// from the middle between two doubles, all three round to the same one.
std::optional<double> compensated_sum(const Block& all, double n) {
  if (!(all.absolute < 1e300) || magnitude(all.sum.low) > magnitude(all.sum.high)) return std::nullopt;
  const double sum = all.sum.high + all.sum.low;
  const double rest = magnitude(all.sum.low - (sum - all.sum.high));
  const double size = magnitude(sum);
  if (!(size > 1e-280)) return std::nullopt;
  const double below = std::bit_cast<double>(std::bit_cast<std::uint64_t>(size) - 1);
  const double error = 4 * n * n * 0x1p-106 * all.absolute;
  if (rest + error < (size - below) / 2) return sum;
  return std::nullopt;
}

}  // namespace

std::optional<double> avg_over_time(const Window& window) {
  if (window.v2) return mean_v2(window.values);
  if (window.blocks != nullptr) {
    // Sums of integers below 2⁵³ are exact in any order.
    const Block all = summarise_all(window);
    const double sum = all.sum.high;
    if (all.whole && all.absolute < 0x1p53 && sum != 0) return sum / static_cast<double>(window.values.size());
  }
  KahanMean mean;
  for (const double v : window.values) mean.add(v);
  return mean.mean();
}

std::optional<double> sum_over_time(const Window& window) {
  if (window.blocks != nullptr) {
    const auto sum = compensated_sum(summarise_all(window), static_cast<double>(window.values.size()));
    if (sum) return sum;
  }
  KahanSum sum;
  for (const double v : window.values) sum.add(v);
  return sum.total();
}

std::optional<double> count_over_time(const Window& window) {
  return static_cast<double>(window.values.size());
}
std::optional<double> first_over_time(const Window& window) {
  return window.values.front();
}
std::optional<double> last_over_time(const Window& window) {
  return window.values.back();
}
std::optional<double> present_over_time(const Window&) {
  return 1;
}
std::optional<double> ts_of_first_over_time(const Window& window) {
  return seconds(window.times.front());
}
std::optional<double> ts_of_last_over_time(const Window& window) {
  return seconds(window.times.back());
}

std::optional<double> max_over_time(const Window& window) {
  if (window.blocks != nullptr) {
    double max = window.values.front();
    for_each_block(window, [&](const Block& b) { max = b.max > max || is_nan(max) ? b.max : max; });
    return max;
  }
  return window.values[best(window.values, [](double a, double b) { return a > b; })];
}
std::optional<double> min_over_time(const Window& window) {
  if (window.blocks != nullptr) {
    double min = window.values.front();
    for_each_block(window, [&](const Block& b) { min = b.min < min || is_nan(min) ? b.min : min; });
    return min;
  }
  return window.values[best(window.values, [](double a, double b) { return a < b; })];
}
std::optional<double> ts_of_max_over_time(const Window& window) {
  return seconds(window.times[best(window.values, [](double a, double b) { return a >= b; })]);
}
std::optional<double> ts_of_min_over_time(const Window& window) {
  return seconds(window.times[best(window.values, [](double a, double b) { return a <= b; })]);
}

std::optional<double> stdvar_over_time(const Window& window) {
  return variance(window.values, window.v2);
}
std::optional<double> stddev_over_time(const Window& window) {
  return maths::sqrt(variance(window.values, window.v2));
}

std::optional<double> quantile_over_time(const Window& window) {
  std::vector<double> values(window.values.begin(), window.values.end());
  return quantile_of(window.arguments[0], values);
}

std::optional<double> mad_over_time(const Window& window) {
  // Up to 3.13 NaN counted as the smallest of the values.
  if (window.newest) {
    for (const double v : window.values) {
      if (is_nan(v)) return v;
    }
  }
  std::vector<double> values(window.values.begin(), window.values.end());
  const double median = quantile_of(0.5, values);
  for (double& v : values) v = magnitude(v - median);
  return quantile_of(0.5, values);
}

}  // namespace firedrill::promql
