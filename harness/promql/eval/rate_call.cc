#include "promql/eval/rate_call.h"

#include "promql/eval/calls.h"
#include "promql/functions/implementations.h"
#include "promql/functions/rate.h"

namespace firedrill::promql {

bool RateCall::evaluates(const Function& function) {
  return function.over_range == rate || function.over_range == increase || function.over_range == delta;
}

RateCall::RateCall(const Call& call, Selection& selection, Duration range)
    : call_(call), range_(selection, range), names_(false, true) {
  if (call.function->over_range != delta) range_.track_falls();
}

const Points& RateCall::eval(Context& ctx) {
  out_.clear();
  range_.begin(ctx);
  names_.extend(ctx, range_.table(), table_);
  names_.start(ctx);
  const RangeFunction function = call_.function->over_range;
  Window window;
  Extrapolation extrapolation;
  const std::int64_t* first = nullptr;  // the times that the extrapolation is for
  const std::int64_t* last = nullptr;
  RangeSelector::Place place;
  std::size_t windows = 0;
  while (range_.next_place(place)) {
    ++windows;
    if (place.end - place.begin < 2) continue;
    double value = 0;
    if (place.calm()) {
      const auto times = place.columns->times.subspan(place.begin, place.end - place.begin);
      if (&times.front() != first || &times.back() != last) {
        window = range_.empty_window();
        window.times = times;
        extrapolation = Extrapolation(window, function != delta, function == rate);
        first = &times.front();
        last = &times.back();
      }
      const double oldest = place.columns->values[place.begin];
      value = extrapolation.extend(oldest, place.columns->values[place.end - 1] - oldest);
    } else {
      if (!range_.look_into(place, window)) continue;
      const auto result = function(window);
      if (!result) continue;
      value = *result;
    }
    if (ctx.annotations != nullptr) doubt_counter(ctx, call_, range_.table().labels(place.row));
    out_.push_back({names_.row(ctx, place.row), value});
  }
  ctx.read(windows);
  return out_;
}

}  // namespace firedrill::promql
