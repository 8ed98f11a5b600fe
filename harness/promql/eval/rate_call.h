// Plan node of rate, increase and delta of a range selector, the calls that rules are full of: two samples of a window
// are read, unless it holds a reset or a stale marker; and of many series that are sampled together, for several
// evaluations at once.
#pragma once

#include "promql/eval/calls.h"
#include "promql/eval/rates_ahead.h"
#include "promql/eval/selectors.h"
#include "promql/functions/functions.h"
#include "promql/functions/rate.h"

namespace firedrill::promql {

class RateCall final : public OwningVector {
 public:
  static bool evaluates(const Function& function);

  RateCall(const Call& call, Selection& selection, Duration range);
  const Points& eval(Context& ctx) override;

 private:
  // For windows as at this evaluation, moved by `shift` milliseconds.
  Extrapolation extrapolation(std::int64_t shift, std::int64_t first, std::int64_t last, std::size_t count) const;
  // From what was computed ahead; false if that cannot be.
  bool eval_ahead(Context& ctx);
  void eval_apart(Context& ctx);
  // Of a window with a reset or a stale marker.
  void look_into(Context& ctx, const RangeSelector::Place& place);
  void put_out(Context& ctx, Row row, double value) {
    if (ctx.annotations != nullptr) doubt_counter(ctx, call_, range_.table().labels(row));
    out_.push_back({names_.row(ctx, row), value});
  }

  const Call& call_;
  RangeSelector range_;
  RatesAhead ahead_;
  NameDropper names_;
};

}  // namespace firedrill::promql
