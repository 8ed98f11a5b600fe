// What an alert's rule saw while the run went on: the compared side of its expression against its threshold, for
// charts.
#pragma once

#include <string>
#include <vector>

#include "promql/queryable.h"
#include "record/record.h"

namespace firedrill::incident {

// The time to be drawn, in slices as wide as a point of the chart.
struct ViewWindow {
  Time from;
  Duration slice{};
  std::size_t slices = 0;
  std::size_t most_lines = 5;
};

// One comparison of a rule's expression. What is drawn of a slice is its extremes, the value nearest to firing (or
// farthest beyond) and the one farthest from it, and what the rule saw when an alert of it became pending, fired or
// was about to be resolved: so a line crosses its threshold where an alert fires, however wide the slices are.
struct AlertView {
  std::string expression;  // the compared side, printed
  std::string op;          // > >= < <= == !=, with the expression on its left
  std::string unit;        // seconds, bytes, series (how many the expression gives) or empty: not known

  struct Point {
    Time t;
    double value;  // NaN: the line ends here, and begins again at the next point
  };
  struct Line {
    model::Labels labels;        // of the series, without its name
    std::size_t others = 0;      // more than 0: in its place the nearest of so many series at each time
    std::vector<double> values;  // in each slice the one nearest to firing; NaN: none
    std::vector<Point> points;   // to be drawn, in order of time
  };
  std::vector<Line> lines;  // those that came nearest first; if they are more than wanted, the last is of the others

  bool threshold_moves = false;
  double threshold = 0;                 // where it does not move; NaN: it never had a value
  std::vector<double> thresholds;       // where it moves: in each slice the one at the nearest value; NaN: none
  std::vector<Point> threshold_points;  // and at each point of a line

  Duration looked_every{};  // as often as the rule is evaluated, or in longer steps where that were too much to read
};

// The views of a rule: one for each comparison with a number that its expression joins by and, or, unless. Where none
// of these has to hold for an alert to fire (there is none, or what else there is may hold as well), the first view is
// of how many series the expression gives, which are more than 0 while an alert is pending or fires. Empty if no series
// of it was kept, it cannot be evaluated, or looking would cost too much.
std::vector<AlertView> alert_views(const record::Record& record, const record::RuleRecord& rule,
                                   const promql::Queryable& series, const ViewWindow& window);

}  // namespace firedrill::incident
