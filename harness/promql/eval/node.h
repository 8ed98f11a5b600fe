// The nodes of a plan: an expression bound to a store. A node evaluates at one time and owns its result until it is
// evaluated again; what does not depend on the time (labels, groups, matches) it keeps.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "promql/eval/context.h"
#include "promql/eval/table.h"
#include "promql/functions/window.h"

namespace firedrill::promql {

inline constexpr std::string_view kSameLabels = "vector cannot contain metrics with the same labelset";

// A label set as Prometheus's errors show it: the name as one of the labels.
std::string in_braces(const model::Labels& labels);

class ScalarNode {
 public:
  virtual ~ScalarNode() = default;
  virtual double eval(Context& ctx) = 0;
};

class VectorNode {
 public:
  virtual ~VectorNode() = default;
  // Valid until the next evaluation. No two points share a row.
  virtual const Points& eval(Context& ctx) = 0;
  virtual const Table& table() const = 0;
  // The label sets that it keeps count from now on. The context must outlive it.
  virtual void count_labels(Context&) {}
};

// A range vector: one window of samples for each series.
class RangeNode {
 public:
  virtual ~RangeNode() = default;
  virtual void begin(Context& ctx) = 0;
  // The next series with at least one sample in the window; false when there is none left. The window is valid until
  // the next call.
  virtual bool next(Row& row, Window& window) = 0;
  virtual const Table& table() const = 0;
  // Ask for Window::falls and Window::blocks, which a node may or may not give.
  virtual void track_falls() {}
  virtual void track_blocks() {}
  // A window with @ moves on from step to step all the same, as in 2.x where its function does not stand still.
  virtual void move_on() {}
};

using ScalarPtr = std::unique_ptr<ScalarNode>;
using VectorPtr = std::unique_ptr<VectorNode>;
using RangePtr = std::unique_ptr<RangeNode>;

// A vector node with a table of its own.
class OwningVector : public VectorNode {
 public:
  const Table& table() const final { return table_; }
  void count_labels(Context& ctx) final { table_.count_in(ctx); }

 protected:
  Table table_;
  Points out_;
};

// A vector node that puts out a selection of its input's rows.
class FilteringVector : public VectorNode {
 public:
  explicit FilteringVector(VectorPtr input) : input_(std::move(input)) {}
  const Table& table() const final { return input_->table(); }

 protected:
  VectorPtr input_;
  Points out_;
};

// What is evaluated once for all steps of an evaluator, at the first of them.
class OnceNode final : public VectorNode {
 public:
  explicit OnceNode(VectorPtr inner) : inner_(std::move(inner)) {}
  const Points& eval(Context& ctx) override;
  const Table& table() const override { return inner_->table(); }
  void count_labels(Context& ctx) override;

 private:
  VectorPtr inner_;
};

// The twin of each row without its name (or marked to lose it), with the check that no two samples meet in one.
class NameDropper {
 public:
  // `whole_range`: the label sets must differ over a whole range evaluation, not just at each time, as in Prometheus
  // wherever it handles all steps of a series at once.
  NameDropper(bool keep_name, bool whole_range) : keep_name_(keep_name), whole_range_(whole_range) {}
  void extend(const Context& ctx, const Table& in, Table& out);
  // Called once for each evaluation, before row().
  void start(Context& ctx);
  Row row(Context& ctx, Row in) {
    const Row out = map_[in];
    return map_.collides() ? checked(ctx, in, out) : out;
  }

 private:
  Row checked(Context& ctx, Row in, Row out);

  bool keep_name_;
  bool whole_range_;
  RowMap map_;
  RowSet met_;
  std::vector<Row> owner_;  // by row of `out`: the input row that used it in the present range evaluation
  std::vector<std::uint64_t> owner_run_;
};

}  // namespace firedrill::promql
