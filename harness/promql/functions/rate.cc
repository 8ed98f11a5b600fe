// Functions of change: rate and its kin. The order of floating-point operations is Prometheus's (promql/functions.go:
// extrapolatedRate, instantValue), since it shows in exact comparisons.
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

// The factor by which the sampled change is extrapolated towards the window's bounds: all the way where the first
// (last) sample is about where one is expected, else by half a spacing; never below a counter's zero.
double extrapolation(const Window& w, bool counter, double change) {
  const double sampled = seconds(w.times.front(), w.times.back());
  const double spacing = sampled / static_cast<double>(w.times.size() - 1);
  const double threshold = spacing * 1.1;
  double to_start = seconds(w.start, w.times.front());
  double to_end = seconds(w.times.back(), w.end);
  const bool has_zero = counter && change > 0 && w.values.front() >= 0;
  const double to_zero = has_zero ? sampled * (w.values.front() / change) : to_start;
  if (w.v2) {
    if (to_zero < to_start) to_start = to_zero;
    double interval = sampled;
    interval += to_start < threshold ? to_start : spacing / 2;
    interval += to_end < threshold ? to_end : spacing / 2;
    return interval / sampled;
  }
  if (to_start >= threshold) to_start = spacing / 2;
  if (has_zero && to_zero < to_start) to_start = to_zero;
  if (to_end >= threshold) to_end = spacing / 2;
  return (sampled + to_start + to_end) / sampled;
}

std::optional<double> extrapolated(const Window& w, bool counter, bool per_second) {
  if (w.times.size() < 2) return std::nullopt;
  double change = w.values.back() - w.values.front();
  if (counter) {
    for_each_fall(w, [&](std::size_t i) { change += w.values[i - 1]; });
  }
  double factor = extrapolation(w, counter, change);
  if (per_second) factor /= w.range_seconds();
  return change * factor;
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
