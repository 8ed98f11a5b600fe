// A line chart over the judged window, drawn as static SVG, with its legend and the table behind it.
#pragma once

#include <string>
#include <vector>

#include "reports/chart/bands.h"
#include "reports/chart/downsample.h"
#include "reports/chart/scale.h"

namespace firedrill::reports {

// Which value of a line its legend tells.
enum class Extreme { highest, lowest };

// A place on a line that is drawn from more than one value a slice.
struct Point {
  Time t;
  double value;  // NaN: the line ends here
};

struct Line {
  std::string name;
  std::vector<double> values;  // one for each slice, for the table; NaN: none
  Extreme extreme = Extreme::highest;
  std::vector<Point> points{};  // in order of time; empty: the values are drawn, each in the middle of its slice
};

// A stretch in which an alert was pending or firing: a strip below the plot, and a tint behind it.
enum class ShadeStyle { pending, firing };
struct Shade {
  Time from;
  Time to;
  ShadeStyle style = ShadeStyle::pending;
};

// A level to be held against the lines: an objective.
struct Level {
  double value = 0;
  std::string label;
};

struct Chart {
  std::string id;  // unique in the page
  std::string title;
  std::string description;  // in a sentence, for those who do not see it
  std::string note{};       // a line below the title
  Unit unit = Unit::count;
  bool logarithmic = false;
  double least = 0;     // of a logarithmic axis: what is smaller lies on it
  bool whole = false;   // the axis reaches from 0 to 1 at least
  bool filled = false;  // the first line's area
  Time from;
  Time to;
  Slices slices;
  std::vector<Line> lines;  // at most kMostLines are drawn
  std::vector<Level> levels;
  std::vector<Band> bands;
  std::vector<Shade> shades{};
  bool strip = false;  // there is a strip for shades, even if it stays empty
};

// More lines than there are colours and dashes to tell them apart.
inline constexpr std::size_t kMostLines = 6;

// <figure> with caption, legend, SVG and a table in <details>. Lines differ in colour and in dashes.
std::string draw(const Chart& chart);

}  // namespace firedrill::reports
