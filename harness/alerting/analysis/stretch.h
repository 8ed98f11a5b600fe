// How long at most an expression goes on having a result, whatever the data.
#pragma once

#include <optional>

#include "base/time.h"
#include "promql/parse/ast.h"

namespace firedrill::alerting {

struct Stretch {
  Duration longest{};                  // it never has a result at two times so far apart
  const promql::Expr* part = nullptr;  // what ends it
};

// Of conditions on the calendar (hour() == 3 holds for an hour) and of what is only new (x unless x offset 5m). Nothing
// where no end is known, and where there is never a result. `interval`: of the evaluations, if it is known.
std::optional<Stretch> longest_stretch(const promql::Expr& expression, std::optional<Duration> interval);

}  // namespace firedrill::alerting
