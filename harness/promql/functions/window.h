// What a function of a range vector is given: the samples of one series in a window of time.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace firedrill::promql {

class Blocks;  // functions/blocks.h

struct Window {
  std::span<const std::int64_t> times;  // Unix milliseconds, rising; at least one
  std::span<const double> values;       // no stale markers among them
  std::int64_t start = 0;               // the window's bounds, whatever samples it holds
  std::int64_t end = 0;
  std::int64_t now = 0;               // the time of evaluation
  std::span<const double> arguments;  // the function's scalar arguments, in their order
  bool v2 = false;                    // the arithmetic of Prometheus 2.42
  bool newest = false;                // and that of the newest
  std::string* error = nullptr;       // set for arguments that the function refuses
  // Where the value is below the one before it, as indices into the series' whole history, of which `first` is that of
  // values[0]; falls that lie before the window may be among them. Null: not known, look at the values.
  const std::vector<std::uint64_t>* falls = nullptr;
  std::uint64_t first = 0;
  // Summaries of the blocks that lie wholly within the window. Null: there are none.
  const Blocks* blocks = nullptr;

  double range_seconds() const { return static_cast<double>(end - start) / 1000; }
};

// Nothing: the series has no result.
using RangeFunction = std::optional<double> (*)(const Window&);
// Of one value and the function's scalar arguments.
using ValueFunction = double (*)(double value, std::span<const double> arguments);

}  // namespace firedrill::promql
