// Stretches of time shaded behind a chart, with their labels in rows above it, none of which touches another.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/time.h"
#include "reports/chart/axis.h"

namespace firedrill::reports {

// A stretch shaded behind everything: a fault.
struct Band {
  Time from;
  Time to;
  std::string label;
};

struct BandLabel {
  const Band* band;  // of the vector that was given
  double left;       // where the text begins
  std::size_t row;   // 0 is the one nearest to the chart
};

class BandLabels {
 public:
  // Between the ends of the scale; those that find no room in kMostRows rows are not placed: hovering over the band
  // tells its label too.
  BandLabels(const std::vector<Band>& bands, const TimeScale& scale, double left, double right);

  const std::vector<BandLabel>& placed() const { return placed_; }
  // What the rows beyond the first take, in pixels.
  double extra_height() const;

  static constexpr std::size_t kMostRows = 6;
  static constexpr double kRowHeight = 13;

 private:
  std::vector<BandLabel> placed_;
  std::size_t rows_ = 0;
};

// The shading from top to bottom, and the labels above it.
std::string draw_bands(const std::vector<Band>& bands, const BandLabels& labels, const TimeScale& scale, double top,
                       double bottom);

}  // namespace firedrill::reports
