// Lines and labels of a chart's two axes, as SVG.
#pragma once

#include <string>

#include "reports/chart/scale.h"

namespace firedrill::reports {

// Where a chart draws, in the units of its viewBox.
struct Frame {
  double left, top, right, bottom;
};

// Horizontal lines with the values left of them.
std::string value_axis(const Scale& scale, Unit unit, const Frame& frame);
// Short lines with the clock below them.
std::string time_axis(const TimeScale& scale, const Frame& frame, std::size_t most, bool full_height);

// A coordinate: one decimal is finer than a pixel.
std::string pixel(double value);

}  // namespace firedrill::reports
