// Ratios of which it is plain that they are a part of a whole.
#pragma once

#include "promql/parse/ast.h"

namespace firedrill::alerting {

// sum(rate(x{code="500"}[5m])) / sum(rate(x[5m])): both sides are the same sums of what cannot be negative, over the
// same series below but for matchers that the left side has in addition. So the result is 0 to 1, or NaN.
bool is_share(const promql::Expr& expression);

}  // namespace firedrill::alerting
