// A Queryable that simply holds its samples: for tests, scripts and small inputs.
#pragma once

#include <map>
#include <vector>

#include "promql/queryable.h"

namespace firedrill::promql {

class MemoryStore final : public Queryable {
 public:
  explicit MemoryStore(Budget* budget = nullptr) : budget_(budget) {}

  // The index of the series with these labels, new or known.
  SeriesRef series(const model::Labels& labels);
  // Times of one series must not fall: false, and nothing done, if they do. At an equal time the later value counts.
  bool append(SeriesRef series, Time t, double value);
  void clear();

  std::vector<SeriesRef> select(std::span<const model::Matcher> matchers) const override;
  std::uint64_t generation() const override { return generation_; }
  const model::Labels& labels(SeriesRef series) const override { return columns_[series].labels; }
  Columns samples(SeriesRef series) const override;
  Budget* budget() const override { return budget_; }

 private:
  struct Column {
    model::Labels labels;
    std::vector<std::int64_t> times;
    std::vector<double> values;
    std::uint64_t monotonic_from = 0;
  };
  std::vector<Column> columns_;
  std::map<model::Labels, SeriesRef> index_;
  std::uint64_t generation_ = 0;
  Budget* budget_;
};

}  // namespace firedrill::promql
