// At which series an expression looks, and how far back: what has to have been there before it is evaluated.
#pragma once

#include <vector>

#include "base/time.h"
#include "promql/parse/ast.h"

namespace firedrill::alerting {

// A selector and the window in which it is read, counted backwards from the evaluation of the whole expression: the
// ranges and offsets of subqueries around it are in both ends.
struct Look {
  const promql::VectorSelector* selector;
  // Where the window begins; of an instant selector the earliest instant for which it is asked. Below zero: after the
  // evaluation.
  Duration back{};
  Duration until{};       // where it ends
  Duration range{};       // the selector's own; zero: an instant selector
  bool every = false;     // each sample of the window counts: an average of them, their number, their extremes
  bool repeated = false;  // within a subquery: read at many instants
};

// In the order of the text. A selector or subquery at a fixed time (@ 1700000000) is none, nor is what is within it: it
// looks at an instant, and not so far back.
std::vector<Look> looks(const promql::Expr& expression);
// Whether any is at a fixed time.
bool looks_at_fixed_time(const promql::Expr& expression);

// How far back from its evaluation windows, offsets and subqueries of an expression reach, all added up; what an
// instant selector may look back for the last sample does not count.
Duration look_back(const promql::Expr& expression);

}  // namespace firedrill::alerting
