// What an evaluation reads. The engine sees series as indices and their samples as columns, and never the store itself.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"
#include "model/labels.h"
#include "model/matcher.h"

namespace firedrill::promql {

// Index of a series in a Queryable; stays valid for its lifetime and is never given to another series.
using SeriesRef = std::uint32_t;

// A series' samples in order of time: two columns of equal length. Times are Unix milliseconds, strictly increasing.
// The columns may begin with samples older than anyone will ask for, and stay valid until the next append.
// `first` is the absolute index of times[0] in the series' whole history (samples dropped by retention count), so that
// a cursor kept between two evaluations survives trimming.
struct Columns {
  std::span<const std::int64_t> times;
  std::span<const double> values;
  std::uint64_t first = 0;
};

class Queryable {
 public:
  virtual ~Queryable() = default;

  // The series that satisfy all matchers, in order of their labels.
  virtual std::vector<SeriesRef> select(std::span<const model::Matcher> matchers) const = 0;
  // Grows whenever a series is added: what was selected before has to be selected again.
  virtual std::uint64_t generation() const = 0;
  virtual const model::Labels& labels(SeriesRef series) const = 0;
  // Stale markers are among the samples.
  virtual Columns samples(SeriesRef series) const = 0;
};

}  // namespace firedrill::promql
