// Recorded values as an expectation that holds in whatever order promtool adds up: it reads its input series from a Go
// map, so that a sum over series changes in its last digits from run to run.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "promql/options.h"
#include "promql/parse/ast.h"
#include "promql/queryable.h"
#include "promql/value.h"

namespace firedrill::driver {

// Whether the expression adds up over series, itself or through one of the recorded names of which that is said.
bool summation_shows(const promql::Expr& expression, const std::map<std::string, bool>& recorded);

struct RecordedValue {
  std::string expression;
  promql::Vector samples;
};

// The series of a name at t: as they are, or rounded to eight significant digits of the largest. Nothing if no
// expectation can be written: a NaN, which equals nothing, or a value at a limit of rounding.
std::optional<RecordedValue> recorded_value(const promql::Queryable& data, const promql::Options& options,
                                            const std::string& name, bool rounded, Time t);

}  // namespace firedrill::driver
