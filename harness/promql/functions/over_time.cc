// Aggregations of one series over time.

#include "base/maths.h"
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

}  // namespace

std::optional<double> avg_over_time(const Window& window) {
  if (window.v2) return mean_v2(window.values);
  KahanMean mean;
  for (const double v : window.values) mean.add(v);
  return mean.mean();
}

std::optional<double> sum_over_time(const Window& window) {
  KahanSum sum;
  for (const double v : window.values) sum.add(v);
  return sum.total();
}

std::optional<double> count_over_time(const Window& window) {
  return static_cast<double>(window.values.size());
}
std::optional<double> last_over_time(const Window& window) {
  return window.values.back();
}
std::optional<double> present_over_time(const Window&) {
  return 1;
}
std::optional<double> ts_of_last_over_time(const Window& window) {
  return seconds(window.times.back());
}

std::optional<double> max_over_time(const Window& window) {
  return window.values[best(window.values, [](double a, double b) { return a > b; })];
}
std::optional<double> min_over_time(const Window& window) {
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
  std::vector<double> values(window.values.begin(), window.values.end());
  const double median = quantile_of(0.5, values);
  for (double& v : values) v = magnitude(v - median);
  return quantile_of(0.5, values);
}

}  // namespace firedrill::promql
