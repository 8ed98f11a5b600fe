// The engine under test beside promtool's answer, and how far the two may differ (DESIGN.md, "Exactness").
#pragma once

#include <string>

#include "expression.h"
#include "oracle.h"

namespace firedrill::differential {

// The engine's answer. Asked twice, the second time after evaluations at earlier times, since windows then move forward
// instead of being read anew: `moved` says how the second answer differs, and is empty if it does not.
struct OwnAnswer {
  Answer answer;
  std::string moved;
};
OwnAnswer evaluate(const std::string& expression, Duration at, const promql::MemoryStore& store,
                   const Options& options);

// What may differ in an expression with these features.
struct Tolerance {
  int ulps = 0;
  double relative = 0;
  double absolute = 0;
};
Tolerance tolerance(const Node& expression);

enum class Agreement {
  exact,
  close,     // within the tolerance
  refused,   // both report an error
  excluded,  // promtool reached its limit of samples in a query
  different,
};
Agreement compare(const Answer& promtool, const Answer& own, const Tolerance& tolerance);

std::string to_string(const Answer& answer);

}  // namespace firedrill::differential
