#include "promql/cost.h"

#include <algorithm>

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"

namespace firedrill::promql {
namespace {

std::int64_t steps(const Subquery& subquery, const Options& options) {
  const Duration step = std::max<Duration>(1ms, subquery.step.value_or(options.default_subquery_step));
  return subquery.range / step;
}

std::string written(const Subquery& subquery, const Options& options) {
  const Duration step = std::max<Duration>(1ms, subquery.step.value_or(options.default_subquery_step));
  return format("[{}:{}]", format_duration(subquery.range), format_duration(step));
}

// The most steps of a subquery directly within (not within another subquery).
std::int64_t inner_steps(const Expr& expression, const Options& options) {
  std::int64_t most = 0;
  for (const Expr* child : children(expression)) {
    const bool found = child->kind == Kind::subquery;
    most = std::max(most, found ? steps(as<Subquery>(*child), options) : inner_steps(*child, options));
  }
  return most;
}

}  // namespace

std::int64_t least_read(const Expr& expression, const Options& options) {
  std::int64_t most = 0;
  walk(expression, [&](const Expr& expr) {
    if (expr.kind == Kind::subquery) most = std::max(most, steps(as<Subquery>(expr), options));
  });
  return most;
}

std::optional<ParseError> too_costly(const Expr& expression, const Options& options) {
  std::optional<ParseError> found;
  walk(expression, [&](const Expr& expr) {
    if (found || expr.kind != Kind::subquery) return;
    const auto& subquery = as<Subquery>(expr);
    const std::int64_t outer = steps(subquery, options);
    const std::int64_t inner = inner_steps(*subquery.inner, options);
    if (outer > options.max_held) {
      found = {expr.where,
               format("the subquery {} has {} steps{} hold {} samples", written(subquery, options),
                      describe_count(static_cast<double>(outer)), kEvaluationMay,
                      describe_count(static_cast<double>(options.max_held))),
               "lengthen its step, or shorten its range"};
    } else if (inner > 0 && outer > options.max_read / inner) {
      // Each step of the outer one reads the inner one's whole window, of at least one series.
      found = {expr.where,
               format("the subquery {} reads {} samples of the one within at each of its {} steps{} read {} in all",
                      written(subquery, options), describe_count(static_cast<double>(inner)),
                      describe_count(static_cast<double>(outer)), kEvaluationMay,
                      describe_count(static_cast<double>(options.max_read))),
               "lengthen the steps, or shorten the ranges"};
    }
  });
  return found;
}

std::string_view remedy_for_bound(std::string_view error) {
  if (error.starts_with(kTooManySteps)) return "lengthen the step, or shorten the time";
  const bool costly =
      error.starts_with(kTooManyHeld) || error.starts_with(kTooManyRead) || error.contains(kEvaluationMay);
  return costly ? "shorten the ranges of the subqueries, or lengthen their steps" : "";
}

}  // namespace firedrill::promql
