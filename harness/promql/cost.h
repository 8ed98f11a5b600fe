// What an evaluation may cost. A few characters of PromQL, subqueries within subqueries above all, can ask for more
// than any machine has; the bounds are Options::max_held and max_read.
#pragma once

#include <optional>
#include <string_view>

#include "promql/parse/ast.h"
#include "promql/parse/parser.h"

namespace firedrill::promql {

inline constexpr std::string_view kTooManyHeld =
    "query processing would load too many samples into memory in query execution";
inline constexpr std::string_view kTooManyRead = "the evaluation reads too many samples";
inline constexpr std::string_view kTimedOut = "query timed out in expression evaluation";  // Prometheus's words
inline constexpr std::string_view kTooManySteps = "too many steps in the range";

// In what too_costly() says, and in no error of Prometheus's.
inline constexpr std::string_view kEvaluationMay = ", and an evaluation may";

// What to do about an evaluation's error, or a rule's, if it is such a bound; empty of all other errors, which
// Prometheus gives too.
std::string_view remedy_for_bound(std::string_view error);

// Why the expression can never be evaluated within these bounds, whatever the data, as far as its subqueries' ranges
// and steps tell; the place is that of the subquery.
std::optional<ParseError> too_costly(const Expr& expression, const Options& options);

// Samples that each evaluation reads at least, whatever the data, as far as subqueries tell: the steps of the longest
// one, which are evaluated or, where they are kept, looked at.
std::int64_t least_read(const Expr& expression, const Options& options);

}  // namespace firedrill::promql
