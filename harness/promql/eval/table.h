// Label sets as numbers. While a query lives, each plan node keeps a table of the label sets that it has ever put out;
// a sample within the engine is a row of such a table and a value. Rows are only ever added, so that whatever was
// derived from a row (its group, its match, its name-less twin) is derived once.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "model/labels.h"
#include "promql/value.h"

namespace firedrill::promql {

struct Context;

using Row = std::uint32_t;
using Point = RowSample;
using Points = std::vector<Point>;

inline constexpr Row kNoRow = 0xffffffff;

class Table {
 public:
  std::size_t size() const { return entries_.size(); }
  const model::Labels& labels(Row row) const { return entries_[row].labels; }
  // With delayed name removal: the name is still there, but will go at the end of the expression.
  bool drops_name(Row row) const { return entries_[row].drop_name; }

  // What is added from now on is counted there, as held by the query.
  void count_in(Context& ctx) { counted_in_ = &ctx; }

  // The row of the label set, new or known.
  Row intern(model::Labels labels, bool drop_name = false);

 private:
  struct Entry {
    model::Labels labels;
    bool drop_name;
  };
  std::vector<Entry> entries_;
  std::unordered_multimap<std::uint64_t, Row> index_;
  Context* counted_in_ = nullptr;
};

// Rows of one table as rows of another, derived once for each row.
class RowMap {
 public:
  // Extends the map to all rows of `in`; `derive(row)` gives the row of the other table.
  template <typename Derive>
  void extend(const Table& in, const Derive& derive) {
    while (map_.size() < in.size()) {
      const Row out = derive(static_cast<Row>(map_.size()));
      map_.push_back(out);
      if (out == kNoRow) continue;
      if (sources_.size() <= out) sources_.resize(out + 1);
      if (++sources_[out] > 1) collides_ = true;
    }
  }
  Row operator[](Row row) const { return map_[row]; }
  // Whether two rows have become one, so that samples of both must not meet.
  bool collides() const { return collides_; }

 private:
  std::vector<Row> map_;
  std::vector<std::uint32_t> sources_;
  bool collides_ = false;
};

// Remembers which rows were met since the last clear(), in constant time for each.
class RowSet {
 public:
  void clear() { ++now_; }
  // False if it was there already.
  bool insert(Row row) {
    if (met_.size() <= row) met_.resize(row + 1, 0);
    if (met_[row] == now_) return false;
    met_[row] = now_;
    return true;
  }
  bool contains(Row row) const { return row < met_.size() && met_[row] == now_; }

 private:
  std::vector<std::uint64_t> met_;
  std::uint64_t now_ = 1;
};

}  // namespace firedrill::promql
