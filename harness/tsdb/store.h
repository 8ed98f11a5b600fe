// The sample store: series are registered once and are indices afterwards; appending a number is appending to a column.
//
// Series that are sampled at the same times (the series of a scraped target, all series of a unit test) share one
// column of times, so that a sample costs eight bytes and not sixteen, and a reader that has found its window in one of
// them has found it in all: their Columns have the same `times.data()` and `first`. A series that deviates gets a
// column of its own, which no reader notices.
//
// What rules can no longer reach goes by drop_before(); of series that a record needs it goes into compressed blocks,
// from which history() and the series file read it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/sample.h"
#include "promql/queryable.h"

namespace firedrill::tsdb {

using promql::SeriesRef;

class Store final : public promql::Queryable {
 public:
  // What it holds counts in the budget, if there is one; that must outlive it.
  explicit Store(Budget* budget = nullptr);
  // Goes on by itself from here, over the same indices of series, and counts in the same budget. As much memory again,
  // but for what is packed.
  explicit Store(const Store& other);
  ~Store() override;
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;

  // The index of the series with these labels, new or known.
  SeriesRef series(const model::Labels& labels);
  std::optional<SeriesRef> find(const model::Labels& labels) const;

  // Times of one series must rise; an append that is not later than the last sample is dropped and counted, as
  // Prometheus drops it, unless it repeats the last sample exactly. False if it was dropped. A stale marker is appended
  // like any value.
  bool append(SeriesRef series, Time t, double value);
  // One time, many series: a scrape. The spans have equal length.
  void append(Time t, std::span<const SeriesRef> series, std::span<const double> values);
  // The same times of many series: `values` has times.size() of the first series, then of the second, and so on. As if
  // one by one. Times are Unix milliseconds.
  void append(std::span<const std::int64_t> times, std::span<const SeriesRef> series, std::span<const double> values);

  // Samples older than t may go: they are neither in samples() for long nor counted on there. Lazily, in blocks.
  void drop_before(Time t);
  // From now on what drop_before takes from the series is kept compressed.
  void keep(SeriesRef series);
  // A series, not there before, whose samples (compress() of put_samples(), codec.h; they must be right) are unpacked
  // when samples() are asked for: those of most series of a record never are. They lie in `file`, which is shared.
  // Where the command may not hold so many, samples() gives none, and the budget is exceeded.
  SeriesRef add_packed(const model::Labels& labels, std::string_view samples,
                       const std::shared_ptr<const std::string>& file);
  // Whether the series has, or before drop_before had, a sample.
  bool has_samples(SeriesRef series) const;
  // All samples of a series that still exist, compressed ones too; what is packed stays so.
  std::vector<model::Sample> history(SeriesRef series) const;
  // The same as columns, in place of what was in them.
  void history(SeriesRef series, std::vector<std::int64_t>& times, std::vector<double>& values) const;
  // The same as frames (codec.h), empty where there are none. `level`: of what is not compressed yet.
  std::string packed_history(SeriesRef series, int level) const;

  std::size_t series_count() const;
  std::uint64_t samples_appended() const;
  std::uint64_t samples_dropped() const;  // out of order
  std::size_t bytes() const;              // held by columns now
  std::size_t compressed_bytes() const;   // held by compressed blocks now

  std::vector<SeriesRef> select(std::span<const model::Matcher> matchers) const override;
  std::uint64_t generation() const override;
  const model::Labels& labels(SeriesRef series) const override;
  promql::Columns samples(SeriesRef series) const override;
  void read(std::span<const SeriesRef> series, std::span<promql::Columns> columns) const override;

  Budget* budget() const override;
  // Counts the samples as they are now: to be called every so many of them, since appending one does not. False if they
  // are more than the command may have.
  bool weigh();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace firedrill::tsdb
