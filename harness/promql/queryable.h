// What an evaluation reads. The engine sees series as indices and their samples as columns, and never the store itself.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "base/bounds/budget.h"
#include "base/text/numbers.h"
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
  // Absolute index from which on no value is a stale marker or less than the one before it (itself from there on), so
  // that nobody has to look; kNotKnown if nobody has kept account of it.
  std::uint64_t monotonic_from = kNotKnown;

  static constexpr std::uint64_t kNotKnown = ~std::uint64_t{0};
};

// Keeps Columns::monotonic_from: to be told of each value, with its absolute index and the value before it.
inline void note_value(std::uint64_t& monotonic_from, std::uint64_t index, double before, double value) {
  if (value < before) monotonic_from = index;
  if (std::bit_cast<std::uint64_t>(value) == kStaleBits) monotonic_from = index + 1;
}

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
  // The same of many series at once; the spans have equal length.
  virtual void read(std::span<const SeriesRef> series, std::span<Columns> columns) const {
    for (std::size_t i = 0; i < series.size(); ++i) columns[i] = samples(series[i]);
  }
  // Of the command that it is read for: what queries over it cost counts there. Null: no bound.
  virtual Budget* budget() const { return nullptr; }
};

}  // namespace firedrill::promql
