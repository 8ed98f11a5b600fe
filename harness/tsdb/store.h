// The sample store: series are registered once and are indices afterwards; appending a number is appending to a column.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <memory>
#include <optional>

#include "base/time.h"
#include "model/sample.h"
#include "promql/queryable.h"

namespace firedrill::tsdb {

using promql::SeriesRef;

class Store final : public promql::Queryable {
 public:
  Store();
  ~Store() override;
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;

  // The index of the series with these labels, new or known.
  SeriesRef series(const model::Labels& labels);
  std::optional<SeriesRef> find(const model::Labels& labels) const;

  // Times of one series must rise; an append that is not later than the last sample is dropped and counted, as
  // Prometheus drops it. A stale marker is appended like any value.
  void append(SeriesRef series, Time t, double value);
  // One time, many series: a scrape. The spans have equal length.
  void append(Time t, std::span<const SeriesRef> series, std::span<const double> values);

  // Samples older than t may go (lazily, in blocks).
  void drop_before(Time t);
  // Series that must be kept whole whatever drop_before says (those that charts and queries need).
  void keep(SeriesRef series);

  std::size_t series_count() const;
  std::uint64_t samples_appended() const;
  std::uint64_t samples_dropped() const;  // out of order
  std::size_t bytes() const;              // held by columns now

  std::vector<SeriesRef> select(std::span<const model::Matcher> matchers) const override;
  std::uint64_t generation() const override;
  const model::Labels& labels(SeriesRef series) const override;
  promql::Columns samples(SeriesRef series) const override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace firedrill::tsdb
