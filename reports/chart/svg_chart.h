// A line chart over the judged window, drawn as static SVG, with its legend and the table behind it.
#pragma once

#include <string>
#include <vector>

#include "reports/chart/downsample.h"
#include "reports/chart/scale.h"

namespace firedrill::reports {

// A stretch shaded behind everything: a fault.
struct Band {
  Time from;
  Time to;
  std::string label;
};

struct Line {
  std::string name;
  std::vector<double> values;  // one for each slice; NaN: none
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
  Unit unit = Unit::count;
  bool logarithmic = false;
  bool filled = false;  // the first line's area
  Time from;
  Time to;
  Slices slices;
  std::vector<Line> lines;  // at most kMostLines are drawn
  std::vector<Level> levels;
  std::vector<Band> bands;
};

// More lines than there are colours and dashes to tell them apart.
inline constexpr std::size_t kMostLines = 6;

// <figure> with caption, legend, SVG and a table in <details>. Lines differ in colour and in dashes.
std::string draw(const Chart& chart);

// The shading of bands, and their labels above the frame; shared with the timeline.
std::string draw_bands(const std::vector<Band>& bands, const TimeScale& scale, double top, double bottom, bool labels);

}  // namespace firedrill::reports
