// Functions of change: rate and its kin. The order of floating-point operations is Prometheus's (promql/functions.go:
// extrapolatedRate, instantValue), since it shows in exact comparisons.
#include "promql/functions/rate.h"

#include "promql/functions/floats.h"
#include "promql/functions/implementations.h"

namespace firedrill::promql {
namespace {

double seconds(std::int64_t from, std::int64_t to) {
  return static_cast<double>(to - from) / 1000;
}

// Calls `visit(i)` for each i ≥ 1 with values[i] < values[i - 1], in order.
template <typename Visit>
void for_each_fall(const Window& w, const Visit& visit) {
  if (w.falls != nullptr) {
    for (const std::uint64_t fall : *w.falls) {
      if (fall > w.first) visit(static_cast<std::size_t>(fall - w.first));
    }
    return;
  }
  for (std::size_t i = 1; i < w.values.size(); ++i) {
    if (w.values[i] < w.values[i - 1]) visit(i);
  }
}

std::optional<double> extrapolated(const Window& w, bool counter, bool per_second) {
  if (w.times.size() < 2) return std::nullopt;
  double change = w.values.back() - w.values.front();
  if (counter) {
    for_each_fall(w, [&](std::size_t i) { change += w.values[i - 1]; });
  }
  const Extrapolation extrapolation(w, w.times.front(), w.times.back(), w.times.size(), counter, per_second);
  return extrapolation.extend(w.values.front(), change);
}

std::optional<double> between_last_two(const Window& w, bool per_second) {
  if (w.times.size() < 2) return std::nullopt;
  const double last = w.values[w.values.size() - 1];
  const double previous = w.values[w.values.size() - 2];
  const std::int64_t interval = w.times[w.times.size() - 1] - w.times[w.times.size() - 2];
  if (interval == 0) return std::nullopt;
  const double change = per_second && last < previous ? last : last - previous;
  return per_second ? change / (static_cast<double>(interval) / 1000) : change;
}

}  // namespace

Extrapolation::Extrapolation(const Window& w, std::int64_t first, std::int64_t last, std::size_t count, bool counter,
                             bool per_second)
    : counter_(counter), v2_(w.v2), per_second_(per_second), range_s_(w.range_seconds()) {
  sampled_s_ = seconds(first, last);
  const double spacing_s = sampled_s_ / static_cast<double>(count - 1);
  half_spacing_s_ = spacing_s / 2;
  threshold_s_ = spacing_s * 1.1;
  to_start_s_ = seconds(w.start, first);
  if (!v2_ && to_start_s_ >= threshold_s_) to_start_s_ = half_spacing_s_;
  to_end_s_ = seconds(last, w.end);
  if (to_end_s_ >= threshold_s_) to_end_s_ = half_spacing_s_;
  factor_ = factor(to_start_s_);
}

double Extrapolation::factor(double to_start_s) const {
  // 2.x compares with the threshold only now.
  if (v2_ && to_start_s >= threshold_s_) to_start_s = half_spacing_s_;
  const double result = (sampled_s_ + to_start_s + to_end_s_) / sampled_s_;
  return per_second_ ? result / range_s_ : result;
}

double Extrapolation::extend_near_zero(double first, double change) const {
  const double to_zero_s = sampled_s_ * (first / change);
  return change * (to_zero_s < to_start_s_ ? factor(to_zero_s) : factor_);
}

std::optional<double> rate(const Window& window) {
  return extrapolated(window, true, true);
}
std::optional<double> increase(const Window& window) {
  return extrapolated(window, true, false);
}
std::optional<double> delta(const Window& window) {
  return extrapolated(window, false, false);
}
std::optional<double> irate(const Window& window) {
  return between_last_two(window, true);
}
std::optional<double> idelta(const Window& window) {
  return between_last_two(window, false);
}

std::optional<double> resets(const Window& window) {
  int count = 0;
  for_each_fall(window, [&](std::size_t) { ++count; });
  return count;
}

std::optional<double> changes(const Window& window) {
  int count = 0;
  for (std::size_t i = 1; i < window.values.size(); ++i) {
    const double a = window.values[i - 1];
    const double b = window.values[i];
    count += a != b && !(is_nan(a) && is_nan(b));
  }
  return count;
}

}  // namespace firedrill::promql
