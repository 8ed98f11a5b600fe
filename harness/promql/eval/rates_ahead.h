// rate, increase and delta of many series that are sampled together, computed for several evaluations at once. Where
// samples later than the evaluation are there already (of a unit test, of a record), what is read of a series for one
// evaluation, two lines of memory, holds what the next ones need too: each line is fetched once and not at every step.
#pragma once

#include <array>
#include <functional>
#include <span>
#include <vector>

#include "promql/eval/selection.h"
#include "promql/functions/rate.h"

namespace firedrill::promql {

class RatesAhead {
 public:
  // Samples later than `after` and not later than `until`, Unix milliseconds.
  struct Range {
    std::int64_t after;
    std::int64_t until;
    bool operator==(const Range&) const = default;
  };
  // The extrapolation for windows moved by `shift` milliseconds that hold `count` samples from `first` to `last`.
  using Extrapolate =
      std::function<Extrapolation(std::int64_t shift, std::int64_t first, std::int64_t last, std::size_t count)>;

  // Makes `range` the window at hand. False if its values were not computed ahead and it gains nothing to do so now:
  // the series are few or not sampled together, or no samples are there for another window, as far from this one as
  // this is from the one before.
  bool reach(const Queryable& data, std::span<const Selection::Entry> entries, const Range& range,
             const Extrapolate& extrapolate);

  // Of the window at hand, by entry. None has a value if there are fewer than two samples.
  bool any() const { return tiles_[at_].any; }
  const double* values() const { return tiles_[at_].values.data(); }
  // Whether the window of all entries, or of one, holds no stale marker and no value below the one before it. Else the
  // value is not right.
  bool monotonic() const { return tiles_[at_].first >= monotonic_from_all_; }
  bool monotonic(std::size_t entry) const { return tiles_[at_].first >= monotonic_from_[entry]; }

 private:
  // One window of all entries.
  struct Tile {
    Range range{};
    bool any = false;
    std::uint64_t first = 0;  // absolute index of its first sample
    std::size_t oldest = 0;   // indices into the columns at hand
    std::size_t newest = 0;
    Extrapolation change;
    std::vector<double> values;  // by entry
  };
  static constexpr std::size_t kChunk = 16;
  struct Chunk {
    std::array<SeriesRef, kChunk> series;
    std::array<Columns, kChunk> columns;
  };

  bool look_ahead(const Queryable& data, std::span<const Selection::Entry> entries, const Range& range,
                  const Extrapolate& extrapolate);
  // The windows that can be computed, at least two; false if there are not so many.
  bool plan(const Columns& columns, const Range& range, std::int64_t step, const Extrapolate& extrapolate,
            std::size_t width);
  // False if a series is not sampled together with `all`.
  bool read(const Queryable& data, std::span<const Selection::Entry> entries, std::size_t done, const Columns& all,
            Chunk& chunk);
  bool compute(const Queryable& data, std::span<const Selection::Entry> entries, const Columns& all);

  std::vector<Tile> tiles_;
  std::size_t count_ = 0;  // of the tiles that are in use
  std::size_t at_ = 0;
  Range last_{};  // asked for last
  std::uint64_t generation_ = ~std::uint64_t{0};
  std::vector<std::uint64_t> monotonic_from_;  // by entry: Columns::monotonic_from
  std::uint64_t monotonic_from_all_ = 0;
  int pause_ = 0;  // evaluations for which it is not tried again
};

}  // namespace firedrill::promql
