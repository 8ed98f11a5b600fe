#include <algorithm>

#include "promql/functions/functions.h"
#include "promql/functions/implementations.h"

namespace firedrill::promql {
namespace {

using enum ValueType;

Function standing(Function row, Standing in_v2, Standing in_v3_5, Standing in_v3) {
  row.in_v2 = in_v2;
  row.in_v3_5 = in_v3_5;
  row.in_v3 = in_v3;
  return row;
}
// Functions of Prometheus 3 only, behind its flag for experimental ones.
Function experimental(Function row) {
  return standing(std::move(row), Standing::unknown, Standing::experimental, Standing::experimental);
}
// Such as came after 3.5.
Function newly_experimental(Function row) {
  return standing(std::move(row), Standing::unknown, Standing::unknown, Standing::experimental);
}
Function only_v2(Function row) {
  return standing(std::move(row), Standing::stable, Standing::unknown, Standing::unknown);
}
Function only_v3(Function row) {
  return standing(std::move(row), Standing::unknown, Standing::stable, Standing::stable);
}
Function only_newest(Function row) {
  return standing(std::move(row), Standing::unknown, Standing::unknown, Standing::stable);
}
Function special(Function row, Special kind) {
  row.special = kind;
  return row;
}
Function ranged(Function row, RangeFunction function) {
  row.over_range = function;
  return row;
}
Function valued(Function row) {
  row.over_value = math_function(row.name);
  return row;
}
// A function of the time, or of a vector of times.
Function calendar(std::string_view name, std::string_view doc) {
  Function row = special({name, {vector}, vector, doc, 1}, Special::calendar);
  row.over_value = calendar_function(name);
  return row;
}
Function map(std::string_view name, std::string_view doc) {
  return valued({name, {vector}, vector, doc});
}
Function range(std::string_view name, std::string_view doc, RangeFunction function) {
  return ranged({name, {matrix}, vector, doc}, function);
}

std::vector<Function> make_table() {
  return {
      map("abs", "absolute value"),
      special(
          {"absent", {vector}, vector, "1 if the vector is empty, labelled as its selector's equality matchers say"},
          Special::absent),
      special({"absent_over_time", {matrix}, vector, "1 if no series has a sample in the range"},
              Special::absent_over_time),
      map("acos", "arc cosine, in radians"),
      map("acosh", "inverse hyperbolic cosine"),
      map("asin", "arc sine, in radians"),
      map("asinh", "inverse hyperbolic sine"),
      map("atan", "arc tangent, in radians"),
      map("atanh", "inverse hyperbolic tangent"),
      range("avg_over_time", "mean of the samples", avg_over_time),
      map("ceil", "rounded up to a whole number"),
      range("changes", "how often the value changed", changes),
      valued({"clamp", {vector, scalar, scalar}, vector, "limited to [min, max]; nothing if min > max"}),
      valued({"clamp_max", {vector, scalar}, vector, "limited to at most max"}),
      valued({"clamp_min", {vector, scalar}, vector, "limited to at least min"}),
      map("cos", "cosine of radians"),
      map("cosh", "hyperbolic cosine"),
      range("count_over_time", "number of samples", count_over_time),
      calendar("day_of_month", "day of the month in UTC, 1 to 31"),
      calendar("day_of_week", "day of the week in UTC, 0 (Sunday) to 6"),
      calendar("day_of_year", "day of the year in UTC, 1 to 366"),
      calendar("days_in_month", "days in the month in UTC, 28 to 31"),
      map("deg", "radians to degrees"),
      range("delta", "last minus first sample, extrapolated to the range (gauges)", delta),
      range("deriv", "slope per second by least squares", deriv),
      experimental(ranged({"double_exponential_smoothing",
                           {matrix, scalar, scalar},
                           vector,
                           "smoothed value with smoothing and trend factors between 0 and 1"},
                          double_exponential_smoothing)),
      newly_experimental(special({"end", {}, scalar, "end of the query's range in Unix seconds"}, Special::query_end)),
      map("exp", "e to the power of the value"),
      only_newest(range("first_over_time", "earliest sample", first_over_time)),
      map("floor", "rounded down to a whole number"),
      only_v3(special({"histogram_avg", {vector}, vector, "mean of a native histogram"}, Special::native_histogram)),
      special({"histogram_count", {vector}, vector, "count of a native histogram"}, Special::native_histogram),
      special({"histogram_fraction", {scalar, scalar, vector}, vector, "share of observations between two bounds"},
              Special::histogram_fraction),
      special(
          {"histogram_quantile", {scalar, vector}, vector, "quantile of a histogram, interpolated within its bucket"},
          Special::histogram_quantile),
      newly_experimental(special({"histogram_quantiles",
                                  {vector, string, scalar, scalar},
                                  vector,
                                  "several quantiles of a histogram, told apart by a label",
                                  9},
                                 Special::histogram_quantiles)),
      only_v3(special({"histogram_stddev", {vector}, vector, "standard deviation of a native histogram"},
                      Special::native_histogram)),
      only_v3(
          special({"histogram_stdvar", {vector}, vector, "variance of a native histogram"}, Special::native_histogram)),
      special({"histogram_sum", {vector}, vector, "sum of a native histogram"}, Special::native_histogram),
      only_v2(ranged({"holt_winters",
                      {matrix, scalar, scalar},
                      vector,
                      "smoothed value with smoothing and trend factors between 0 and 1"},
                     double_exponential_smoothing)),
      calendar("hour", "hour of the day in UTC, 0 to 23"),
      range("idelta", "difference between the last two samples", idelta),
      range("increase", "increase of a counter over the range, resets corrected, extrapolated", increase),
      experimental(special({"info", {vector, vector}, vector, "adds the data labels of matching info series", 1},
                           Special::info)),
      newly_experimental(
          special({"integral", {matrix, scalar}, vector, "area below the samples; not supported here", 1},
                  Special::not_supported)),
      range("irate", "per-second increase between the last two samples of a counter", irate),
      special({"label_join", {vector, string, string, string}, vector, "joins label values into another label", -1},
              Special::label_join),
      special({"label_replace",
               {vector, string, string, string, string},
               vector,
               "sets a label from a regular expression's match of another"},
              Special::label_replace),
      range("last_over_time", "most recent sample", last_over_time),
      map("ln", "natural logarithm"),
      map("log10", "decimal logarithm"),
      map("log2", "binary logarithm"),
      experimental(range("mad_over_time", "median absolute deviation of the samples", mad_over_time)),
      newly_experimental(special({"max_of", {scalar, scalar}, scalar, "the larger of two numbers"}, Special::max_of)),
      range("max_over_time", "largest sample", max_over_time),
      newly_experimental(special({"min_of", {scalar, scalar}, scalar, "the smaller of two numbers"}, Special::min_of)),
      range("min_over_time", "smallest sample", min_over_time),
      calendar("minute", "minute of the hour in UTC, 0 to 59"),
      calendar("month", "month of the year in UTC, 1 to 12"),
      special({"pi", {}, scalar, "π"}, Special::pi),
      ranged({"predict_linear", {matrix, scalar}, vector, "value so many seconds from now by least squares"},
             predict_linear),
      range("present_over_time", "1 for each series with a sample in the range", present_over_time),
      ranged({"quantile_over_time", {scalar, matrix}, vector, "quantile of the samples, interpolated"},
             quantile_over_time),
      map("rad", "degrees to radians"),
      newly_experimental(
          special({"range", {}, scalar, "length of the query's range in seconds"}, Special::query_range)),
      range("rate", "per-second increase of a counter, resets corrected, extrapolated", rate),
      range("resets", "how often a counter was reset", resets),
      valued({"round", {vector, scalar}, vector, "rounded to the nearest multiple (default 1), halves up", 1}),
      special({"scalar", {vector}, scalar, "value of a vector's only sample, else NaN"}, Special::scalar),
      map("sgn", "sign: -1, 0 or 1"),
      map("sin", "sine of radians"),
      map("sinh", "hyperbolic sine"),
      special({"sort", {vector}, vector, "sorted by value, rising"}, Special::sort),
      experimental(special({"sort_by_label", {vector, string}, vector, "sorted by labels' values in natural order", -1},
                           Special::sort_by_label)),
      experimental(special({"sort_by_label_desc", {vector, string}, vector, "sorted by labels' values, falling", -1},
                           Special::sort_by_label_desc)),
      special({"sort_desc", {vector}, vector, "sorted by value, falling"}, Special::sort_desc),
      map("sqrt", "square root"),
      newly_experimental(
          special({"start", {}, scalar, "start of the query's range in Unix seconds"}, Special::query_start)),
      newly_experimental(
          special({"start_timestamp", {vector}, vector, "start timestamp of each sample; samples have none here"},
                  Special::native_histogram)),
      range("stddev_over_time", "population standard deviation of the samples", stddev_over_time),
      range("stdvar_over_time", "population variance of the samples", stdvar_over_time),
      newly_experimental(special({"step", {}, scalar, "step of the query's range in seconds"}, Special::query_step)),
      range("sum_over_time", "sum of the samples", sum_over_time),
      map("tan", "tangent of radians"),
      map("tanh", "hyperbolic tangent"),
      special({"time", {}, scalar, "evaluation time in Unix seconds"}, Special::time),
      special({"timestamp", {vector}, vector, "time of each sample in Unix seconds"}, Special::timestamp),
      newly_experimental(range("ts_of_first_over_time", "time of the earliest sample", ts_of_first_over_time)),
      experimental(range("ts_of_last_over_time", "time of the most recent sample", ts_of_last_over_time)),
      experimental(range("ts_of_max_over_time", "time of the last largest sample", ts_of_max_over_time)),
      experimental(range("ts_of_min_over_time", "time of the last smallest sample", ts_of_min_over_time)),
      special({"vector", {scalar}, vector, "the scalar as a sample without labels"}, Special::vector),
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
