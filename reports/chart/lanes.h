// Lanes on one time axis: bars for what lasts, marks for what happens, small columns for what is measured.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "reports/chart/svg_chart.h"

namespace firedrill::reports {

// How a bar looks; each differs in colour and in its text or pattern.
enum class BarStyle { fault, pending, firing, p0, p1, p2, p3, background, ready, unready, backoff, down };

struct Bar {
  Time from;
  Time to;
  BarStyle style = BarStyle::fault;
  std::string text;   // within the bar, if it fits
  std::string title;  // in full, for hovering and for readers of the markup
};

enum class MarkStyle { good, bad, neutral };  // ▲ ▼ ◆

struct Mark {
  Time t;
  MarkStyle style = MarkStyle::neutral;
  std::string title;
};

// A column for each slice, its height a share from 0 to 1.
struct Columns {
  Slices slices;
  std::vector<double> shares;
};

struct Lane {
  std::string label;
  std::string detail;  // smaller, below the label
  std::vector<Bar> bars;
  std::vector<Mark> marks;
  Columns columns;
};

struct Lanes {
  std::string id;
  std::string title;
  std::string description;
  Time from;
  Time to;
  std::vector<Lane> lanes;
  std::vector<Band> bands;
};

std::string draw(const Lanes& lanes);

// A strip of named instants on one line, labels above and below it as they fit: an incident's life.
struct Milestone {
  Time t;
  std::string name;  // "breached"
  std::string text;  // "14:10:00"
  bool bad = false;  // things got worse: drawn as a diamond, else as a circle
};
struct Strip {
  std::string id;
  std::string title;
  std::string description;
  std::vector<Milestone> milestones;  // in order of time
};
std::string draw(const Strip& strip);

}  // namespace firedrill::reports
