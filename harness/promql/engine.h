// PromQL in three steps: parse an expression, prepare it against a Queryable, evaluate it at as many times as needed.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "model/labels.h"
#include "model/sample.h"
#include "promql/options.h"
#include "promql/parse/ast.h"
#include "promql/queryable.h"
#include "promql/value.h"

namespace firedrill::promql {

// An expression bound to a Queryable. Evaluating at rising times is fast: cursors and windows move forward. Any order
// of times gives the same results. Not thread-safe; make one for each thread.
class Query {
 public:
  // `expression` must outlive the query (it is shared), `data` too.
  Query(std::shared_ptr<const Expr> expression, const Queryable& data, const Options& options);
  // Goes on where the other stands, over a copy of its data: the same results, bit for bit, in the same rows. It is
  // planned afresh, and reads what its windows hold at its first evaluation.
  Query(const Query& other, const Queryable& data);
  Query(Query&&) noexcept;
  Query& operator=(Query&&) noexcept;
  ~Query();

  // Samples of one vector never share a label set. The error is an evaluation error ("found duplicate series for the
  // match group …", "vector cannot contain metrics with the same labelset") in Prometheus's wording.
  std::expected<Value, std::string> at(Time t, Annotations* annotations = nullptr);

  // The same without copying label sets, for rules: each sample names a row, whose labels stay the same for the life
  // of the query, so that a caller can keep what it derived from them. A scalar is one sample of row_labels(0), empty.
  // Valid until the next evaluation. Not for strings and range vectors.
  using RowSample = promql::RowSample;
  std::expected<std::span<const RowSample>, std::string> rows_at(Time t, Annotations* annotations = nullptr);
  const model::Labels& row_labels(std::uint32_t row) const;

  // Samples that the last evaluation read, each as often as it was read: a measure of its work.
  std::int64_t samples_read() const;

  // Sorted by labels; as /api/v1/query_range. step > 0.
  std::expected<Matrix, std::string> range(Time from, Time to, Duration step, Annotations* annotations = nullptr);

  // How many series each selector matches now, in the order of the expression's text: a rule whose selectors match
  // nothing is vacuous.
  struct SelectorCoverage {
    const Expr* selector;
    std::size_t series;
  };
  std::vector<SelectorCoverage> coverage();

  // How far back from `t` an evaluation at `t` can look, all nested ranges, offsets and subqueries added up: what the
  // store has to keep. Nothing if unbounded (an absolute @).
  static std::optional<Duration> reach(const Expr& expression, const Options& options);

 private:
  // Works out the durations that are computed; the error, if one of them has no value in such a query.
  std::string settle(Duration step, Duration range);

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace firedrill::promql
