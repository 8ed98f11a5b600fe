// An expression as text, in Prometheus's own form: reading it back gives the same tree.
#pragma once

#include <functional>
#include <string>

#include "promql/parse/ast.h"

namespace firedrill::promql {

std::string print(const Expr& expr);

// Whether two trees mean the same, node by node (places in the text aside).
bool equal(const Expr& a, const Expr& b);

// The same where the matchers of two selectors of one name need only be what `fit` wants of them.
using SelectorsFit = std::function<bool(const VectorSelector& a, const VectorSelector& b)>;
bool equal_but_for_matchers(const Expr& a, const Expr& b, const SelectorsFit& fit);

}  // namespace firedrill::promql
