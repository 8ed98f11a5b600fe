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
  info,
  label_join,
  label_replace,
  native_histogram,  // gives nothing: samples are numbers
  pi,
  scalar,
  sort,
  sort_by_label,
  sort_by_label_desc,
  sort_desc,
  time,
  timestamp,
  vector,
};

struct Function {
  std::string_view name;
  std::vector<ValueType> arguments;
  ValueType result = ValueType::vector;
  std::string_view doc;  // one line for `firedrill list functions`
  // 0: exactly `arguments`; n > 0: the last argument may be left out, or given up to n times; -1: any number of times.
  int variadic = 0;
  bool experimental = false;
  bool in_v2 = true;  // known to Prometheus 2.42
  bool in_v3 = true;  // known to Prometheus 3.5
  RangeFunction over_range = nullptr;
  ValueFunction over_value = nullptr;
  Special special = Special::none;
};

// In alphabetical order.
std::span<const Function> functions();
// Null if there is none of that name.
const Function* find_function(std::string_view name);

}  // namespace firedrill::promql
