// What was scraped and recorded, for one query: with a budget of its own, so that a query that is too dear ends itself
// and not the drill.
#pragma once

#include <span>
#include <vector>

#include "base/bounds/budget.h"
#include "promql/queryable.h"

namespace firedrill::console {

class PastSeries final : public promql::Queryable {
 public:
  // Both must outlive it.
  PastSeries(const promql::Queryable& series, Budget& budget) : series_(series), budget_(budget) {}

  std::vector<promql::SeriesRef> select(std::span<const model::Matcher> matchers) const override {
    return series_.select(matchers);
  }
  std::uint64_t generation() const override { return series_.generation(); }
  const model::Labels& labels(promql::SeriesRef series) const override { return series_.labels(series); }
  promql::Columns samples(promql::SeriesRef series) const override { return series_.samples(series); }
  void read(std::span<const promql::SeriesRef> series, std::span<promql::Columns> columns) const override {
    series_.read(series, columns);
  }
  Budget* budget() const override { return &budget_; }

 private:
  const promql::Queryable& series_;
  Budget& budget_;
};

}  // namespace firedrill::console
