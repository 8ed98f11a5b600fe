// Fewer points than minutes, for runs longer than a page is wide.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "incident/truth.h"

namespace firedrill::record {
struct Record;
}

namespace firedrill::reports {

// Points on a line: more than this cannot be told apart at the width of a chart.
inline constexpr std::size_t kMostPoints = 240;

// The judged window in equal slices of whole minutes, at most kMostPoints of them. What a chart draws for a slice (the
// worst of its minutes, their mean, the last) it says.
struct Slices {
  Time from;         // of the first
  Duration width{};  // of each; the last may be cut short
  std::vector<incident::MinuteRange> minutes;
  Time start(std::size_t i) const { return from + width * static_cast<std::int64_t>(i); }
  Time end(std::size_t i) const { return start(i + 1); }
  // "each point is one minute", "each point is 6 minutes"
  std::string words() const;
};
// Of those minutes that the truth covers; where none was kept, of all. Slices of both are as wide.
Slices slices_of(const record::Record& record, std::size_t most = kMostPoints);
// Of all of the window, for what series say: the truth has whole minutes of the clock alone.
Slices slices_of_window(const record::Record& record, std::size_t most = kMostPoints);

}  // namespace firedrill::reports
