// The series that a selector matches, and cursors into their samples. The series are selected again only when the store
// has new ones; a cursor moves forward with the time of evaluation, and may be asked for any time.
#pragma once

#include <span>
#include <vector>

#include "promql/eval/node.h"
#include "promql/parse/ast.h"

namespace firedrill::promql {

// Absolute index, in a series' whole history, of its first sample later than the time last asked for.
class Cursor {
 public:
  // Moves to time t. The index may lie before what the store still has.
  std::uint64_t seek(const Columns& columns, std::int64_t t);
  std::uint64_t at() const { return next_; }

 private:
  std::uint64_t next_ = 0;
};

class Selection {
 public:
  explicit Selection(const VectorSelector& selector) : selector_(selector) {}

  // Looks for new series, if the store has any.
  void refresh(const Context& ctx);

  // A matched series; its row is its own for good.
  struct Entry {
    SeriesRef series;
    Row row;
  };
  // In the order of their labels.
  std::span<const Entry> entries() const { return entries_; }
  const Table& table() const { return table_; }
  void count_labels(Context& ctx) { table_.count_in(ctx); }
  const VectorSelector& selector() const { return selector_; }

  // The time that the selector looks at when the query is at ctx.now: @ and offset applied.
  std::int64_t time(const Context& ctx) const;
  // The samples that it can see: those up to `to`, as far back from `from` as its range or the lookback reaches. Both
  // are time(), unless Prometheus opens its storage for another time than it looks at (Level).
  struct Sight {
    std::int64_t from;
    std::int64_t to;
  };
  Sight sight(const Context& ctx) const;

 private:
  const VectorSelector& selector_;
  Table table_;
  std::vector<Entry> entries_;
  std::vector<Row> row_of_series_;  // by SeriesRef, kNoRow if not matched
  std::uint64_t generation_ = ~std::uint64_t{0};
};

// `modifiers` at `now`: @ and offset applied.
std::int64_t shifted_time(const Modifiers& modifiers, std::int64_t now, const Context& ctx);

}  // namespace firedrill::promql
