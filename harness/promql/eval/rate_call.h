// Plan node of rate, increase and delta of a range selector, the calls that rules are full of: two samples of a window
// are read, unless it holds a reset or a stale marker.
#pragma once

#include "promql/eval/selectors.h"
#include "promql/functions.h"

namespace firedrill::promql {

class RateCall final : public OwningVector {
 public:
  static bool evaluates(const Function& function);

  RateCall(const Call& call, Selection& selection, Duration range);
  const Points& eval(Context& ctx) override;

 private:
  const Call& call_;
  RangeSelector range_;
  NameDropper names_;
};

}  // namespace firedrill::promql
