// A subquery: its expression at each multiple of the step within the range. Two evaluations of a rule share nearly all
// of their steps, so the results of earlier ones are kept while nothing they have seen has changed.
#pragma once

#include "promql/eval/selection.h"

namespace firedrill::promql {

class SubqueryNode final : public RangeNode {
 public:
  // `selections`: all that the inner expression reads. `within`: its subqueries, but for those within them. `fixed`:
  // the parts of it that are evaluated once, but for those within them. `lead`: how far after a step's own time it can
  // look (negative offsets); nothing if its steps must not be kept (an @ in it).
  SubqueryNode(const Subquery& expr, VectorPtr inner, std::vector<Selection*> selections,
               std::vector<SubqueryNode*> within, std::vector<VectorNode*> fixed, std::optional<Duration> lead);
  void begin(Context& ctx) override;
  bool next(Row& row, Window& window) override;
  const Table& table() const override { return inner_->table(); }
  void move_on() override { moves_on_ = true; }

 private:
  struct Samples {
    std::vector<std::int64_t> times;
    std::vector<double> values;
    std::size_t head = 0;  // what lies before has left the window
  };
  // Whether samples up to the bound, which steps have seen, are still what they were.
  bool unchanged(const Context& ctx);
  void remember(const Context& ctx);
  void evaluate(Context& ctx, std::int64_t first, std::int64_t last, std::int64_t step);
  std::int64_t first_step(const Context& ctx, std::int64_t after, std::int64_t step) const;
  // What the steps are to Prometheus: an evaluator of its own.
  Level level(const Context& ctx, std::int64_t step) const;
  // 2.x works out a subquery within one that has no steps, from where the first step would be to the end: nothing comes
  // of it but errors.
  void try_out(Context& ctx, std::int64_t from, std::int64_t to);
  // Prometheus works out a subquery within one up to the outer one's end, which its last step may lie before: again
  // only errors come of it. `last`: of the outer steps.
  void try_rest(Context& ctx, std::int64_t last);
  // And 2.x evaluates what is to be evaluated once even if there are no steps at all.
  void try_fixed(Context& ctx, const Level& steps);
  void forget();
  void drop_before(std::int64_t first);
  // Tells the query how many samples are in memory after some were let go.
  void recount(Context& ctx);
  void sort_rows();

  const Subquery& expr_;
  VectorPtr inner_;
  std::vector<Selection*> selections_;
  std::vector<SubqueryNode*> within_;
  std::vector<VectorNode*> fixed_;
  std::optional<Duration> lead_;
  std::vector<Samples> samples_;  // by row
  std::vector<Row> order_;        // rows by label set, so that the order does not depend on what was kept
  bool covered_ = false;          // steps [first_, last_] are in samples_
  std::int64_t first_ = 0;
  std::int64_t last_ = 0;
  std::vector<std::vector<Cursor>> seen_;  // by selection and row: the first sample after the bound
  std::int64_t bound_ = 0;
  std::int64_t held_ = 0;  // samples, as told to the query
  Context* ctx_ = nullptr;
  bool moves_on_ = false;
  Window window_;
  std::size_t position_ = 0;
};

}  // namespace firedrill::promql
