// An expression as text, in Prometheus's own form: reading it back gives the same tree.
#pragma once

#include <string>

#include "promql/parse/ast.h"

namespace firedrill::promql {

std::string print(const Expr& expr);

// Whether two trees mean the same, node by node (places in the text aside).
bool equal(const Expr& a, const Expr& b);

}  // namespace firedrill::promql
