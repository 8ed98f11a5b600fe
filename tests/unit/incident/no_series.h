// A Queryable without series: for what is judged from the record alone.
#pragma once

#include "promql/queryable.h"

namespace firedrill::incident::sample {

class NoSeries final : public promql::Queryable {
 public:
  std::vector<promql::SeriesRef> select(std::span<const model::Matcher>) const override { return {}; }
  std::uint64_t generation() const override { return 1; }
  const model::Labels& labels(promql::SeriesRef) const override { return none_; }
  promql::Columns samples(promql::SeriesRef) const override { return {}; }

 private:
  model::Labels none_;
};

}  // namespace firedrill::incident::sample
