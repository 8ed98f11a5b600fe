#include <algorithm>

#include "promql/functions.h"

namespace firedrill::promql {
namespace {

using enum ValueType;

// Functions of Prometheus 3 only, behind its flag for experimental ones.
Function experimental(Function row) {
  row.experimental = true;
  row.in_v2 = false;
  return row;
}
Function only_v2(Function row) {
  row.in_v3 = false;
  return row;
}
Function only_v3(Function row) {
  row.in_v2 = false;
  return row;
}
Function native(Function row) {
  row.histograms_only = true;
  return row;
}
// A function of the time, or of a vector of times.
Function calendar(std::string_view name, std::string_view doc) {
  return {name, {vector}, vector, doc, 1};
}
Function map(std::string_view name, std::string_view doc) {
  return {name, {vector}, vector, doc};
}
Function range(std::string_view name, std::string_view doc) {
  return {name, {matrix}, vector, doc};
}

std::vector<Function> make_table() {
  return {
      map("abs", "absolute value"),
      map("absent", "1 if the vector is empty, labelled as its selector's equality matchers say"),
      range("absent_over_time", "1 if no series has a sample in the range"),
      map("acos", "arc cosine, in radians"),
      map("acosh", "inverse hyperbolic cosine"),
      map("asin", "arc sine, in radians"),
      map("asinh", "inverse hyperbolic sine"),
      map("atan", "arc tangent, in radians"),
      map("atanh", "inverse hyperbolic tangent"),
      range("avg_over_time", "mean of the samples"),
      map("ceil", "rounded up to a whole number"),
      range("changes", "how often the value changed"),
      {"clamp", {vector, scalar, scalar}, vector, "limited to [min, max]; nothing if min > max"},
      {"clamp_max", {vector, scalar}, vector, "limited to at most max"},
      {"clamp_min", {vector, scalar}, vector, "limited to at least min"},
      map("cos", "cosine of radians"),
      map("cosh", "hyperbolic cosine"),
      range("count_over_time", "number of samples"),
      calendar("day_of_month", "day of the month in UTC, 1 to 31"),
      calendar("day_of_week", "day of the week in UTC, 0 (Sunday) to 6"),
      calendar("day_of_year", "day of the year in UTC, 1 to 366"),
      calendar("days_in_month", "days in the month in UTC, 28 to 31"),
      map("deg", "radians to degrees"),
      range("delta", "last minus first sample, extrapolated to the range (gauges)"),
      range("deriv", "slope per second by least squares"),
      experimental({"double_exponential_smoothing",
                    {matrix, scalar, scalar},
                    vector,
                    "smoothed value with smoothing and trend factors between 0 and 1"}),
      map("exp", "e to the power of the value"),
      map("floor", "rounded down to a whole number"),
      native(only_v3(map("histogram_avg", "mean of a native histogram"))),
      native(map("histogram_count", "count of a native histogram")),
      {"histogram_fraction", {scalar, scalar, vector}, vector, "share of observations between two bounds"},
      {"histogram_quantile", {scalar, vector}, vector, "quantile of a histogram, interpolated within its bucket"},
      native(only_v3(map("histogram_stddev", "standard deviation of a native histogram"))),
      native(only_v3(map("histogram_stdvar", "variance of a native histogram"))),
      native(map("histogram_sum", "sum of a native histogram")),
      only_v2({"holt_winters",
               {matrix, scalar, scalar},
               vector,
               "smoothed value with smoothing and trend factors between 0 and 1"}),
      calendar("hour", "hour of the day in UTC, 0 to 23"),
      range("idelta", "difference between the last two samples"),
      range("increase", "increase of a counter over the range, resets corrected, extrapolated"),
      experimental({"info", {vector, vector}, vector, "adds the data labels of matching info series", 1}),
      range("irate", "per-second increase between the last two samples of a counter"),
      {"label_join", {vector, string, string, string}, vector, "joins label values into another label", -1},
      {"label_replace",
       {vector, string, string, string, string},
       vector,
       "sets a label from a regular expression's match of another"},
      range("last_over_time", "most recent sample"),
      map("ln", "natural logarithm"),
      map("log10", "decimal logarithm"),
      map("log2", "binary logarithm"),
      experimental(range("mad_over_time", "median absolute deviation of the samples")),
      range("max_over_time", "largest sample"),
      range("min_over_time", "smallest sample"),
      calendar("minute", "minute of the hour in UTC, 0 to 59"),
      calendar("month", "month of the year in UTC, 1 to 12"),
      {"pi", {}, scalar, "π"},
      {"predict_linear", {matrix, scalar}, vector, "value so many seconds from now by least squares"},
      range("present_over_time", "1 for each series with a sample in the range"),
      {"quantile_over_time", {scalar, matrix}, vector, "quantile of the samples, interpolated"},
      map("rad", "degrees to radians"),
      range("rate", "per-second increase of a counter, resets corrected, extrapolated"),
      range("resets", "how often a counter was reset"),
      {"round", {vector, scalar}, vector, "rounded to the nearest multiple (default 1), halves up", 1},
      {"scalar", {vector}, scalar, "value of a vector's only sample, else NaN"},
      map("sgn", "sign: -1, 0 or 1"),
      map("sin", "sine of radians"),
      map("sinh", "hyperbolic sine"),
      map("sort", "sorted by value, rising"),
      experimental({"sort_by_label", {vector, string}, vector, "sorted by labels' values in natural order", -1}),
      experimental({"sort_by_label_desc", {vector, string}, vector, "sorted by labels' values, falling", -1}),
      map("sort_desc", "sorted by value, falling"),
      map("sqrt", "square root"),
      range("stddev_over_time", "population standard deviation of the samples"),
      range("stdvar_over_time", "population variance of the samples"),
      range("sum_over_time", "sum of the samples"),
      map("tan", "tangent of radians"),
      map("tanh", "hyperbolic tangent"),
      {"time", {}, scalar, "evaluation time in Unix seconds"},
      map("timestamp", "time of each sample in Unix seconds"),
      experimental(range("ts_of_last_over_time", "time of the most recent sample")),
      experimental(range("ts_of_max_over_time", "time of the last largest sample")),
      experimental(range("ts_of_min_over_time", "time of the last smallest sample")),
      {"vector", {scalar}, vector, "the scalar as a sample without labels"},
      calendar("year", "year in UTC"),
  };
}

}  // namespace

std::span<const Function> functions() {
  static const std::vector<Function> table = make_table();
  return table;
}

const Function* find_function(std::string_view name) {
  const auto table = functions();
  const auto it = std::ranges::lower_bound(table, name, {}, &Function::name);
  return it != table.end() && it->name == name ? &*it : nullptr;
}

}  // namespace firedrill::promql
