// What an alert's rule saw, as values: the time that is drawn, and one view of it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/labels.h"

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

}  // namespace firedrill::incident
