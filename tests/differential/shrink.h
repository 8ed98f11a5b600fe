// A disagreement made small: sub-expressions and series dropped as long as it stays one.
#pragma once

#include <string>

#include "compare.h"
#include "expression.h"
#include "oracle.h"

namespace firedrill::differential {

struct Disagreement {
  NodePtr expression;
  SeriesSet set;
  Duration at{};
  Duration horizon{};
  Options options;
  Answer promtool;
  OwnAnswer own;
};

// Whether promtool gives the same answer every time: it sums and breaks ties in an order that differs from run to run.
bool is_stable(const Promtool& promtool, const Disagreement& disagreement);

Disagreement shrink(const Promtool& promtool, Disagreement disagreement);

// As a promqltest script that holds promtool's answer, with the engine's as a comment.
std::string script(const Disagreement& disagreement);

}  // namespace firedrill::differential
