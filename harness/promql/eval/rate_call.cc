#include "promql/eval/rate_call.h"

#include <algorithm>

#include "promql/functions/implementations.h"

namespace firedrill::promql {

bool RateCall::evaluates(const Function& function) {
  return function.over_range == rate || function.over_range == increase || function.over_range == delta;
}

RateCall::RateCall(const Call& call, Selection& selection, Duration range)
    : call_(call), range_(selection, range), names_(false, true) {
  if (call.function->over_range != delta) range_.track_falls();
}

Extrapolation RateCall::extrapolation(std::int64_t shift, std::int64_t first, std::int64_t last,
                                      std::size_t count) const {
  const RangeFunction function = call_.function->over_range;
  Window window = range_.empty_window();
  window.start += shift;
  window.end += shift;
  return Extrapolation(window, first, last, count, function != delta, function == rate);
}

const Points& RateCall::eval(Context& ctx) {
  out_.clear();
  range_.begin(ctx);
  names_.extend(ctx, range_.table(), table_);
  names_.start(ctx);
  if (!eval_ahead(ctx)) eval_apart(ctx);
  return out_;
}

bool RateCall::eval_ahead(Context& ctx) {
  const std::span<const Selection::Entry> entries = range_.entries();
  const auto extrapolate = [this](std::int64_t shift, std::int64_t first, std::int64_t last, std::size_t count) {
    return extrapolation(shift, first, last, count);
  };
  if (!ahead_.reach(*ctx.data, entries, {range_.after(), range_.until()}, extrapolate)) return false;
  ctx.read(entries.size());
  if (!ahead_.any()) return true;
  const double* const values = ahead_.values();
  const bool all_monotonic = ahead_.monotonic();
  out_.reserve(entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (all_monotonic || ahead_.monotonic(i)) {
      put_out(ctx, entries[i].row, values[i]);
    } else {
      Columns columns;
      look_into(ctx, range_.place(entries[i], columns));
    }
  }
  return true;
}

void RateCall::eval_apart(Context& ctx) {
  Extrapolation change;
  const std::int64_t* first = nullptr;  // the times that the extrapolation is for
  const std::int64_t* last = nullptr;
  RangeSelector::Place place;
  std::size_t windows = 0;
  while (range_.next_place(place)) {
    ++windows;
    if (place.end - place.begin < 2) continue;
    if (!place.monotonic()) {
      look_into(ctx, place);
      continue;
    }
    const auto times = place.columns->times.subspan(place.begin, place.end - place.begin);
    if (&times.front() != first || &times.back() != last) {
      change = extrapolation(0, times.front(), times.back(), times.size());
      first = &times.front();
      last = &times.back();
    }
    const double oldest = place.columns->values[place.begin];
    put_out(ctx, place.row, change.extend(oldest, place.columns->values[place.end - 1] - oldest));
  }
  ctx.read(windows);
}

void RateCall::look_into(Context& ctx, const RangeSelector::Place& place) {
  Window window;
  if (!range_.look_into(place, window)) return;
  if (const auto value = call_.function->over_range(window)) put_out(ctx, place.row, *value);
}

}  // namespace firedrill::promql
