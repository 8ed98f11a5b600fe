// Plan nodes of aggregations.
#pragma once

#include <unordered_map>

#include "promql/eval/node.h"
#include "promql/functions/kahan.h"

namespace firedrill::promql {

// Which group each row of the input belongs to, found once for each row.
class Grouping {
 public:
  Grouping(const Aggregate& expr, std::vector<std::string> labels);
  // `by_labels_alone`: groups that differ in whether they are to lose their name are one.
  void extend(const Table& in, Table& groups, bool by_labels_alone);
  Row group(Row row) const { return map_[row]; }
  model::Labels labels_of(const model::Labels& labels) const;

 private:
  bool without_;
  std::vector<std::string> labels_;
  RowMap map_;
};

// sum, avg, count, min, max, group, stddev, stdvar, quantile: one sample for each group, in the order in which the
// groups are met.
class AggregateNode final : public OwningVector {
 public:
  AggregateNode(const Aggregate& expr, VectorPtr input, ScalarPtr parameter);
  const Points& eval(Context& ctx) override;

 private:
  struct Group {
    std::uint64_t run = 0;
    double value = 0;
    double mean = 0;
    double count = 0;
    KahanSum sum;
  };
  void start(Row row, double value);
  void add(Row row, double value);
  void add_average(Row row, double value);
  double result(Row row);

  const Aggregate& expr_;
  VectorPtr input_;
  ScalarPtr parameter_;
  Grouping grouping_;
  std::vector<Group> groups_;
  std::vector<KahanMean> averages_;          // by group, of avg
  std::vector<std::vector<double>> values_;  // by group, of quantile
  std::vector<Row> met_;
  // With delayed name removal a group loses its name if any of its samples is to: by group, when one last was, and the
  // group's row of that kind.
  struct Nameless {
    std::uint64_t run = 0;
    Row row = kNoRow;
  };
  Row put_out_as(Row group);
  std::vector<Nameless> nameless_;
  std::uint64_t run_ = 0;
  double quantile_ = 0;
  bool v2_ = false;
};

// topk, bottomk, limitk, limit_ratio: samples of the input, group by group.
class SelectNode final : public FilteringVector {
 public:
  SelectNode(const Aggregate& expr, VectorPtr input, ScalarPtr parameter);
  const Points& eval(Context& ctx) override;

 private:
  struct Group {
    std::uint64_t run = 0;
    Points points;
  };
  bool read_parameter(Context& ctx);
  void add(Group& group, const Point& point);
  void add_extreme(Group& group, const Point& point);
  // Whether a stands before b where NaN counts as the least wanted value of all.
  bool worse(const Point& a, const Point& b) const;

  const Aggregate& expr_;
  ScalarPtr parameter_;
  Grouping grouping_;
  Table group_table_;
  std::vector<Group> groups_;
  std::vector<Row> met_;
  std::uint64_t run_ = 0;
  std::size_t k_ = 0;
  double ratio_ = 0;
};

class CountValuesNode final : public OwningVector {
 public:
  CountValuesNode(const Aggregate& expr, VectorPtr input, std::string label);
  const Points& eval(Context& ctx) override;

 private:
  VectorPtr input_;
  std::string label_;
  Grouping grouping_;
  struct Key {
    Row row;
    std::uint64_t bits;  // of the value
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const {
      return (key.bits ^ (std::uint64_t{key.row} << 32)) * 0x9e3779b97f4a7c15ULL;
    }
  };
  std::unordered_map<Key, Row, KeyHash> rows_;
  std::vector<std::size_t> position_;  // by row: where in out_
  RowSet met_;
};

// Where a label set falls in [0, 1): limit_ratio's sampling, which depends on nothing but the labels.
double ratio_position(const model::Labels& labels);

}  // namespace firedrill::promql
