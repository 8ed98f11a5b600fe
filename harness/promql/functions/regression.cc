// Trends: least squares and double exponential smoothing.

#include "base/maths.h"
#include "base/text/format.h"
#include "promql/functions/floats.h"
#include "promql/functions/implementations.h"
#include "promql/functions/kahan.h"

namespace firedrill::promql {
namespace {

struct Line {
  double slope;
  double intercept;  // at the time asked for
};

Line regress(const Window& w, std::int64_t origin) {
  double n = 0;
  KahanSum x_sum;
  KahanSum y_sum;
  KahanSum xy_sum;
  KahanSum x2_sum;
  bool constant = true;
  const auto add = [&](KahanSum& sum, double value) { w.v2 ? sum.add_v2(value) : sum.add(value); };
  for (std::size_t i = 0; i < w.values.size(); ++i) {
    if (constant && i > 0 && w.values[i] != w.values[0]) constant = false;
    n += 1;
    const double x = static_cast<double>(w.times[i] - origin) / 1e3;
    add(x_sum, x);
    add(y_sum, w.values[i]);
    add(xy_sum, x * w.values[i]);
    add(x2_sum, x * x);
  }
  if (constant) {
    if (is_inf(w.values[0])) return {maths::nan(), maths::nan()};
    return {0, w.values[0]};
  }
  const double sx = x_sum.sum + x_sum.c;
  const double sy = y_sum.sum + y_sum.c;
  const double sxy = xy_sum.sum + xy_sum.c;
  const double sx2 = x2_sum.sum + x2_sum.c;
  const double covariance = sxy - sx * sy / n;
  const double variance = sx2 - sx * sx / n;
  const double slope = covariance / variance;
  return {slope, sy / n - slope * sx / n};
}

}  // namespace

std::optional<double> deriv(const Window& window) {
  if (window.values.size() < 2) return std::nullopt;
  return regress(window, window.times.front()).slope;
}

std::optional<double> predict_linear(const Window& window) {
  if (window.values.size() < 2) return std::nullopt;
  const Line line = regress(window, window.now);
  return line.slope * window.arguments[0] + line.intercept;
}

std::optional<double> double_exponential_smoothing(const Window& window) {
  const double smoothing = window.arguments[0];
  const double trend_factor = window.arguments[1];
  if (smoothing <= 0 || smoothing >= 1) {
    *window.error = format("invalid smoothing factor. Expected: 0 < sf < 1, got: {:f}", smoothing);
    return std::nullopt;
  }
  if (trend_factor <= 0 || trend_factor >= 1) {
    *window.error = format("invalid trend factor. Expected: 0 < tf < 1, got: {:f}", trend_factor);
    return std::nullopt;
  }
  if (window.values.size() < 2) return std::nullopt;
  double before = 0;
  double smoothed = window.values[0];
  double trend = window.values[1] - window.values[0];
  for (std::size_t i = 1; i < window.values.size(); ++i) {
    const double x = smoothing * window.values[i];
    if (i > 1) trend = trend_factor * (smoothed - before) + (1 - trend_factor) * trend;
    const double y = (1 - smoothing) * (smoothed + trend);
    before = smoothed;
    smoothed = x + y;
  }
  return smoothed;
}

}  // namespace firedrill::promql
