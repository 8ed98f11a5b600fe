// The table of PromQL's functions: one row each, explicit.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "promql/ast.h"

namespace firedrill::promql {

struct Function {
  std::string_view name;
  std::vector<ValueType> arguments;
  ValueType result = ValueType::vector;
  std::string_view doc;  // one line for `firedrill list functions`
  // 0: exactly `arguments`; n > 0: the last argument may be left out, or given up to n times; -1: any number of times.
  int variadic = 0;
  bool experimental = false;
  bool in_v2 = true;             // known to Prometheus 2.42
  bool in_v3 = true;             // known to Prometheus 3.5
  bool histograms_only = false;  // over native histograms: parsed, refused on evaluation
};

// In alphabetical order.
std::span<const Function> functions();
// Null if there is none of that name.
const Function* find_function(std::string_view name);

}  // namespace firedrill::promql
