// From an expression to a tree of plan nodes (eval/), whose selectors are bound to a store.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "promql/eval/selection.h"
#include "promql/parse/ast.h"

namespace firedrill::promql {

// Where a selector looks for samples: from `back` milliseconds before the origin, a time of the query's or a fixed one,
// to `ahead` behind it.
struct SeenRange {
  Modifiers origin;  // without an offset
  std::int64_t back = 0;
  std::int64_t ahead = 0;
};

// One of scalar, vector, range and text is set, as the expression's type says.
struct Plan {
  ScalarPtr scalar;
  VectorPtr vector;
  RangePtr range;
  const std::string* text = nullptr;
  // Of all selectors, in the order of the text; those without a node of the expression (info()'s) last.
  std::vector<std::unique_ptr<Selection>> selections;
  std::vector<SeenRange> seen;                           // of all selectors, if there is an info()
  std::vector<std::unique_ptr<VectorSelector>> implied;  // selectors that the expression does not spell out
};

// The expression must outlive the plan, and so must the context, in which it is to be evaluated.
Plan make_plan(const Expr& expr, const Options& options, Context& ctx);

// How far before (after) its evaluation time an expression can look; nothing if an @ makes that unbounded.
std::optional<Duration> look_back(const Expr& expr, const Options& options);
std::optional<Duration> look_ahead(const Expr& expr);

}  // namespace firedrill::promql
