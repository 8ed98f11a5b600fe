// Vector matching: the labels by which samples of two vectors meet, as numbers.
#pragma once

#include <memory>

#include "promql/eval/node.h"

namespace firedrill::promql {

// Numbers the match groups of two tables' rows.
class MatchGroups {
 public:
  explicit MatchGroups(const Matching& matching) : matching_(matching) {}
  void extend(const Table& left, const Table& right);
  Row left(Row row) const { return left_[row]; }
  Row right(Row row) const { return right_[row]; }
  std::size_t size() const { return groups_.size(); }
  const model::Labels& labels(Row group) const { return groups_.labels(group); }

 private:
  model::Labels key(const model::Labels& labels) const;

  const Matching& matching_;
  Table groups_;
  RowMap left_;
  RowMap right_;
};

}  // namespace firedrill::promql
