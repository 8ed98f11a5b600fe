// Expressions that are written in two ways and give the same.
#pragma once

#include <string>

#include "promql/parse/ast.h"

namespace firedrill::alerting {

// Equal for two expressions that give the same values of the same series whatever the data: `a + b` and `b + a`,
// `a > 5` and `5 < a`, `by (x, y)` and `by (y, x)`, matchers and parentheses in another way. Others may have different
// forms and give the same nevertheless.
std::string normal_form(const promql::Expr& expression);
// The same of what a rule sees of a series: its labels without the metric's name, and not its value. So `a and b` is
// `b and a`, and `a > b` is `b < a`.
std::string normal_form_of_series(const promql::Expr& expression);

}  // namespace firedrill::alerting
