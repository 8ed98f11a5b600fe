// Which parts of an expression Prometheus evaluates once for all steps of an evaluator, at its first: those that @
// makes independent of the time (promql/engine.go: PreprocessExpr). It shows where such a part asks for the time after
// all.
#pragma once

#include "promql/parse/ast.h"

namespace firedrill::promql {

// Decided as there: of an aggregation the parameter is not looked at.
bool evaluated_once(const Expr& expr);

// Whether it may read samples later than its evaluation time: by a negative offset, by @, or by what it implies
// (info()).
bool looks_ahead(const Expr& expr);

// Those of the first selector in the order in which Prometheus walks the tree: an aggregation's vector stands before
// its parameter, and a subquery is a selector, since its result is put in its place before. Null if there is none.
const Modifiers* first_modifiers(const Expr& expr);

}  // namespace firedrill::promql
