// Expressions that are NaN as soon as nothing happens.
#pragma once

#include <functional>
#include <string>

#include "promql/parse/ast.h"

namespace firedrill::alerting {

// histogram_quantile() of rates, and ratios of rates: without traffic they are 0/0. `recorded`: whether that is so of
// the series of a name.
bool may_be_nan(const promql::Expr& expression, const std::function<bool(const std::string& name)>& recorded);

}  // namespace firedrill::alerting
