// What an alert's rule saw while the run went on: the compared side of its expression against its threshold, for
// charts.
#pragma once

#include <string>
#include <vector>

#include "promql/queryable.h"
#include "record/record.h"

namespace firedrill::incident {

// One comparison of a rule's expression, over slices of time.
struct AlertView {
  std::string expression;  // the compared side, printed
  std::string op;          // > >= < <= == !=, with the expression on its left
  std::string unit;        // seconds, bytes or empty: not known
  struct Line {
    model::Labels labels;        // of the series, without its name
    std::vector<double> values;  // in each slice the one nearest to firing, or farthest beyond; NaN: none
  };
  std::vector<Line> lines;         // those that came nearest first
  std::size_t left_out = 0;        // lines beyond the most that were wanted
  std::vector<double> thresholds;  // in each slice; NaN: none
};

// The views of a rule: one for each comparison with a number that its expression joins by and, or, unless. Looked at as
// often as the rule is evaluated (or, in a long run, 600 times over it). Empty if the expression has no such
// comparison, or no series of it was kept, or looking
// would cost too much.
std::vector<AlertView> alert_views(const record::Record& record, const record::RuleRecord& rule,
                                   const promql::Queryable& series, Time from, Duration slice, std::size_t slices,
                                   std::size_t most_lines);

}  // namespace firedrill::incident
