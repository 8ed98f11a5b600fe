// Which of an expression's selectors have to match something for it to have a value.
#pragma once

#include <vector>

#include "promql/parse/ast.h"

namespace firedrill::alerting {

// In the order of the text, without those whose silence keeps no alert from firing: what `absent` and
// `absent_over_time` ask about, and what `unless` takes away.
std::vector<const promql::VectorSelector*> needed_selectors(const promql::Expr& expression);

}  // namespace firedrill::alerting
