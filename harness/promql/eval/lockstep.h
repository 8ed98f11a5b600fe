// The samples of many series that are sampled together, turned over: all values of one time stand side by side. What
// reads two samples of each series, as rate() does, then reads two rows from one end to the other, where the series
// themselves would be two cache lines each, at as many places.
#pragma once

#include <deque>
#include <span>
#include <vector>

#include "promql/eval/selection.h"

namespace firedrill::promql {

class Lockstep {
 public:
  // Has all samples later than `after`, up to the last one that is not later than `until`, and often those behind it
  // too. False if the series are few, or not sampled together, or have too many samples: then nothing is gained.
  bool reach(const Queryable& data, std::span<const Selection::Entry> entries, std::uint64_t generation,
             std::int64_t after, std::int64_t until);

  // The times of the rows. Samples that are not later than the latest `after` may be among them.
  const std::deque<std::int64_t>& times() const { return times_; }
  // Of each entry the value at a time.
  const double* row(std::size_t index) const { return rows_[index].data(); }
  // Whether from the row on no value of the entry is a stale marker or below the one before it.
  bool calm(std::size_t index) const { return first_ + index >= calm_from_all_; }
  bool calm(std::size_t index, std::size_t entry) const { return first_ + index >= calm_from_[entry]; }

 private:
  bool extend(const Queryable& data, std::span<const Selection::Entry> entries, std::int64_t after);
  // Room for the samples of the columns that are not there yet. False if they are too many.
  bool make_rows(const Columns& columns, std::int64_t after, std::size_t width);
  void clear();
  void drop_until(std::int64_t after);

  std::deque<std::int64_t> times_;
  std::deque<std::vector<double>> rows_;
  std::vector<std::vector<double>> spare_;  // rows that have been dropped
  std::uint64_t first_ = 0;                 // absolute index of the first row
  std::int64_t from_ = 0;                   // all samples later than this are there
  std::vector<std::uint64_t> calm_from_;    // by entry: Columns::calm_from
  std::uint64_t calm_from_all_ = 0;
  std::uint64_t generation_ = ~std::uint64_t{0};
  int pause_ = 0;  // evaluations for which it is not tried again
  std::vector<SeriesRef> series_;
  std::vector<Columns> columns_;
};

}  // namespace firedrill::promql
