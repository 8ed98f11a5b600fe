// The arithmetic behind the function table.
#pragma once

#include <vector>

#include "promql/functions/window.h"

namespace firedrill::promql {

// rate.cc
std::optional<double> rate(const Window& window);
std::optional<double> increase(const Window& window);
std::optional<double> delta(const Window& window);
std::optional<double> irate(const Window& window);
std::optional<double> idelta(const Window& window);
std::optional<double> resets(const Window& window);
std::optional<double> changes(const Window& window);

// over_time.cc
std::optional<double> avg_over_time(const Window& window);
std::optional<double> count_over_time(const Window& window);
std::optional<double> first_over_time(const Window& window);
std::optional<double> last_over_time(const Window& window);
std::optional<double> mad_over_time(const Window& window);
std::optional<double> max_over_time(const Window& window);
std::optional<double> min_over_time(const Window& window);
std::optional<double> present_over_time(const Window& window);
std::optional<double> quantile_over_time(const Window& window);
std::optional<double> stddev_over_time(const Window& window);
std::optional<double> stdvar_over_time(const Window& window);
std::optional<double> sum_over_time(const Window& window);
std::optional<double> ts_of_first_over_time(const Window& window);
std::optional<double> ts_of_last_over_time(const Window& window);
std::optional<double> ts_of_max_over_time(const Window& window);
std::optional<double> ts_of_min_over_time(const Window& window);

// regression.cc
std::optional<double> deriv(const Window& window);
std::optional<double> predict_linear(const Window& window);
std::optional<double> double_exponential_smoothing(const Window& window);

// math.cc and calendar.cc: found by name when the table is made, null if there is none
ValueFunction math_function(std::string_view name);
ValueFunction calendar_function(std::string_view name);

// power.cc: x ^ y
double power(double x, double y);

// quantile.cc
// Of the values, which get sorted: interpolated between the two nearest; NaN, ±Inf for q outside [0, 1] as in
// Prometheus.
double quantile_of(double q, std::vector<double>& values);

}  // namespace firedrill::promql
