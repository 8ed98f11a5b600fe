// Plan nodes of binary operators.
#pragma once

#include "promql/eval/matching.h"

namespace firedrill::promql {

class ScalarBinary final : public ScalarNode {
 public:
  ScalarBinary(BinaryOp op, ScalarPtr lhs, ScalarPtr rhs) : op_(op), lhs_(std::move(lhs)), rhs_(std::move(rhs)) {}
  double eval(Context& ctx) override;

 private:
  BinaryOp op_;
  ScalarPtr lhs_;
  ScalarPtr rhs_;
};

// Between a vector and a scalar, on either side.
class VectorScalarBinary final : public OwningVector {
 public:
  VectorScalarBinary(const Binary& expr, VectorPtr vector, ScalarPtr scalar, bool scalar_left, const Options& options);
  const Points& eval(Context& ctx) override;

 private:
  const Binary& expr_;
  VectorPtr vector_;
  ScalarPtr scalar_;
  bool scalar_left_;
  NameDropper names_;
};

// A comparison of a vector with a scalar, as a filter: the labels stay.
class VectorScalarFilter final : public FilteringVector {
 public:
  VectorScalarFilter(const Binary& expr, VectorPtr vector, ScalarPtr scalar, bool scalar_left)
      : FilteringVector(std::move(vector)), op_(expr.op), scalar_(std::move(scalar)), scalar_left_(scalar_left) {}
  const Points& eval(Context& ctx) override;

 private:
  BinaryOp op_;
  ScalarPtr scalar_;
  bool scalar_left_;
};

// Arithmetic and comparison between two vectors: one to one, many to one, one to many.
class VectorBinary final : public OwningVector {
 public:
  VectorBinary(const Binary& expr, VectorPtr lhs, VectorPtr rhs);
  const Points& eval(Context& ctx) override;

 private:
  // The row of the result for a sample of the many side and one of the one side.
  Row result_row(const Context& ctx, Row many, Row one);
  model::Labels result_labels(const model::Labels& many, const model::Labels& one, bool drop_name) const;
  // False, with an error, if two samples of the one side share a group.
  bool index_one_side(Context& ctx, const Points& one);
  bool one_to_one() const { return matching_.cardinality == Cardinality::one_to_one; }
  bool check_one_match(Context& ctx, Row group);
  bool check_match(Context& ctx, Row group, Row result);

  struct Pair {
    Row one;
    Row result;
  };
  struct Slot {
    std::uint64_t run = 0;
    Point point{};
  };
  struct Use {
    std::uint64_t run = 0;
    Row group = kNoRow;
  };

  const Binary& expr_;
  const Matching& matching_;
  bool many_left_;  // the left side is the many side (or the only one that gives labels)
  VectorPtr lhs_;
  VectorPtr rhs_;
  MatchGroups groups_;
  std::vector<Slot> one_side_;              // by group
  std::vector<std::uint64_t> matched_;      // by group, for one to one
  std::vector<Use> used_;                   // by result row
  std::vector<std::vector<Pair>> results_;  // by row of the many side
  std::uint64_t run_ = 0;
};

class SetOperator final : public OwningVector {
 public:
  SetOperator(const Binary& expr, VectorPtr lhs, VectorPtr rhs);
  const Points& eval(Context& ctx) override;

 private:
  // With delayed name removal: over the steps of a range, samples that differ only in whether their name is to go are
  // one series, which does as the first of them does.
  void unite(Context& ctx);

  struct First {
    std::uint64_t run = 0;
    Row row = kNoRow;
  };
  BinaryOp op_;
  VectorPtr lhs_;
  VectorPtr rhs_;
  MatchGroups groups_;
  Table label_sets_;
  RowMap label_set_;
  std::vector<First> first_;  // by label set
  RowSet present_;
  RowMap left_rows_;
  RowMap right_rows_;
};

// </ and >/ between numbers: nothing, and a remark on each that would have met.
class TrimOfNumbers final : public OwningVector {
 public:
  TrimOfNumbers(const Binary& expr, VectorPtr lhs, VectorPtr rhs)
      : expr_(expr), lhs_(std::move(lhs)), rhs_(std::move(rhs)) {}
  const Points& eval(Context& ctx) override;

 private:
  const Binary& expr_;
  VectorPtr lhs_;
  VectorPtr rhs_;
};

// The value of an arithmetic operator, or 1 or 0 of a comparison.
double calculate(BinaryOp op, double lhs, double rhs);
bool compare(BinaryOp op, double lhs, double rhs);

}  // namespace firedrill::promql
