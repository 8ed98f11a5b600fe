// The durations of an expression that are computed, worked out for a query.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "promql/parse/ast.h"

namespace firedrill::promql {

// The expression itself where the query decides nothing in it, else a copy with the query's values. The error is
// worded as Prometheus's.
std::expected<std::shared_ptr<const Expr>, std::string> resolve_durations(const std::shared_ptr<const Expr>& expr,
                                                                          const QueryTimes& times);

// Whether there is a step() or range() in a duration of it.
bool depends_on_query(const Expr& expr);

}  // namespace firedrill::promql
