// The table of PromQL's functions: one row each, explicit.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "promql/functions/window.h"
#include "promql/parse/ast.h"

namespace firedrill::promql {

// How a function is evaluated: over each series of a range vector, over each sample of a vector (calendar functions
// default to the evaluation time), or by a plan node of its own.
enum class Special {
  none,
  calendar,
  absent,
  absent_over_time,
  histogram_fraction,
  histogram_quantile,
  histogram_quantiles,
  info,
  label_join,
  label_replace,
  max_of,
  min_of,
  native_histogram,  // gives nothing: samples are numbers, and have no start timestamps
  not_supported,
  pi,
  query_end,
  query_range,
  query_start,
  query_step,
  scalar,
  sort,
  sort_by_label,
  sort_by_label_desc,
  sort_desc,
  time,
  timestamp,
  vector,
};

// What a version of Prometheus has of a function: nothing, or behind its flag for experimental ones, or without.
enum class Standing { unknown, experimental, stable };

struct Function {
  std::string_view name;
  std::vector<ValueType> arguments;
  ValueType result = ValueType::vector;
  std::string_view doc;  // one line for `firedrill list functions`
  // 0: exactly `arguments`; n > 0: the last argument may be left out, or given up to n times; -1: any number of times.
  int variadic = 0;
  Standing in_v2 = Standing::stable;    // 2.42
  Standing in_v3_5 = Standing::stable;  // 3.5
  Standing in_v3 = Standing::stable;    // the newest
  RangeFunction over_range = nullptr;
  ValueFunction over_value = nullptr;
  Special special = Special::none;

  Standing standing(Version version) const {
    return version == Version::v2 ? in_v2 : version == Version::v3_5 ? in_v3_5 : in_v3;
  }
};

// In alphabetical order.
std::span<const Function> functions();
// Null if there is none of that name.
const Function* find_function(std::string_view name);

}  // namespace firedrill::promql
