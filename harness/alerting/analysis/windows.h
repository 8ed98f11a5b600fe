// Functions over windows that need more than one sample.
#pragma once

#include <vector>

#include "base/time.h"
#include "promql/options.h"
#include "promql/parse/ast.h"

namespace firedrill::alerting {

// A window over series, and the function that takes it.
struct Window {
  const promql::Call* call;
  const promql::MatrixSelector* selector;
  bool empty;  // of one sample the function gives nothing; else a number that says nothing (changes() of one is 0)
};
// Those of functions that one sample tells nothing.
std::vector<Window> windows_of_two(const promql::Expr& expression);

// The same over a subquery.
struct SubqueryWindow {
  const promql::Call* call;
  const promql::Subquery* subquery;
  bool empty;
};
std::vector<SubqueryWindow> subqueries_of_two(const promql::Expr& expression);

// Whether such a window never holds two samples of series that have one every `interval`: in Prometheus 3 a window
// leaves out its first instant.
bool holds_one_sample(const promql::MatrixSelector& selector, Duration interval, promql::Version version);
bool holds_one(Duration range, Duration interval, promql::Version version);

}  // namespace firedrill::alerting
