// The nodes of a plan: an expression bound to a store. A node evaluates at one time and owns its result until it is
// evaluated again; what does not depend on the time (labels, groups, matches) it keeps.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "promql/cost.h"
#include "promql/engine.h"
#include "promql/eval/table.h"
#include "promql/functions/window.h"

namespace firedrill::promql {

inline constexpr std::string_view kSameLabels = "vector cannot contain metrics with the same labelset";

// One of Prometheus's evaluators: of the query, or of a subquery and its steps.
struct Level {
  std::int64_t start = 0;  // the first step
  std::int64_t end = 0;    // the steps are up to here
  // Added to the times of @: Prometheus makes them offsets from the evaluator's start, and does not renew them for a
  // subquery that starts where what it stands in starts, whatever offset and @ the subquery has.
  std::int64_t at_shift = 0;
  // In a subquery with @ whose window moves on nonetheless (2.x): its storage is opened up to here only.
  std::optional<std::int64_t> seen_to;
};

// What the nodes of one query share while it is evaluated.
struct Context {
  const Queryable* data;
  Options options;
  std::int64_t now = 0;    // the time of evaluation, in Unix milliseconds
  std::int64_t start = 0;  // of the query as a whole: what @ start() and @ end() mean
  std::int64_t end = 0;
  Level level;
  // Where the selectors of the whole query look for samples, if there is an info(): the first and the last time.
  std::int64_t seen_from = 0;
  std::int64_t seen_to = 0;
  std::uint64_t range_run = 0;  // numbers the range evaluations: a query's own, and each subquery's
  std::uint64_t last_run = 0;   // the highest number given out
  bool collided = false;        // some series differ by name alone, and it matters over the whole range
  Annotations* annotations = nullptr;
  std::string error;
  std::int64_t held = 0;       // samples that subqueries and results have in memory
  std::int64_t work = 0;       // samples read by all evaluations so far
  std::int64_t work_from = 0;  // before the one at hand
  std::int64_t work_to = 0;    // so much may be read before it must be looked whether it is too much
  std::int64_t label_bytes = 0;
  // Of the whole command's bounds.
  Share held_share;
  Share read_share;
  Share label_share;

  Context(const Queryable& from, const Options& of);

  bool v2() const { return options.version == Version::v2; }
  bool failed() const { return !error.empty(); }
  // The first error counts.
  void fail(std::string what) {
    if (error.empty()) error = std::move(what);
  }
  // From here on it is another evaluation that reads: at one time, or over a whole range.
  void begin_reading() {
    work_from = work;
    work_to = std::min(work + options.max_read, read_share.have());
  }
  // Counts samples as read, or as held in memory (negative: let go), and fails where it is too much of them.
  void read(std::size_t samples) {
    work += static_cast<std::int64_t>(samples);
    if (work > work_to) look_at_work();
  }
  void hold(std::int64_t samples) {
    held += samples;
    if (held > options.max_held) fail(std::string(kTooManyHeld));
    if (!held_share.use(held)) fail_of_budget();
  }
  // Counts a label set that a table keeps, and what a node keeps for each of them besides.
  void hold_labels(const model::Labels& labels);
  void hold_bytes(std::size_t bytes);
  void look_at_work();
  void fail_of_budget();
  // Annotations, about what stands at `where`.
  void warn(std::string text, const Expr& where);
  // Of a subquery Prometheus has lost the place: `lost` makes it the text's first.
  void inform(std::string text, const Expr& where, bool lost = false);
};

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
