// Expressions that have a result at every time, whatever the data.
#pragma once

#include "promql/parse/ast.h"

namespace firedrill::alerting {

// vector(0), count(up) or vector(0), hour(). False where that is not plain.
bool always_there(const promql::Expr& expression);

}  // namespace firedrill::alerting
