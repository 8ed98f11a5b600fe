// Charts of what was scraped, as the report draws them: the expression that they are made of stands below each, and all
// charts of a page show the same time, with changes marked.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "console/pages/view.h"
#include "promql/value.h"
#include "reports/chart/scale.h"
#include "reports/chart/svg_chart.h"

namespace firedrill::console::pages {

struct ChartAsk {
  std::string id;  // unique in the page
  std::string title;
  reports::Unit unit = reports::Unit::number;
  std::string expression;
  std::string_view each{};  // the label by which lines are named; empty: by all their labels
  std::vector<reports::Level> levels{};
  std::vector<reports::Shade> shades{};
  bool strip = false;  // there is a strip for shades
};

// Nothing: no series has a sample in that time. What cannot be reckoned says why in its place.
Html chart(const View& view, const ChartAsk& ask);
// Of series that are known already.
Html chart_of(const View& view, const ChartAsk& ask, const promql::Matrix& series);
// Lines of values that were counted, one for each piece of the window.
struct Counted {
  std::string name;
  std::vector<double> values;
};
Html counts(const View& view, std::string_view id, std::string_view title, std::vector<Counted> lines);

// Which pieces the window has, and which of them an instant falls into; as many as that: behind the end.
std::size_t piece_count(const Window& window);
std::size_t piece_of(const Window& window, Time t);

// What somebody changed in that time, as marks behind a chart.
std::vector<reports::Band> change_marks(const View& view);

// What the script needs for the line that follows the pointer in all charts at once.
Html with_cursor(const Window& window, std::string_view id, const std::string& drawing);

}  // namespace firedrill::console::pages
