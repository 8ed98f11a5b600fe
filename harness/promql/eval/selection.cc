#include "promql/eval/selection.h"

#include <algorithm>

namespace firedrill::promql {

std::uint64_t Cursor::seek(const Columns& columns, std::int64_t t) {
  const std::size_t size = columns.times.size();
  std::size_t i = next_ <= columns.first ? 0 : std::min<std::size_t>(next_ - columns.first, size);
  constexpr int kSteps = 16;  // beyond this many samples a binary search is cheaper than walking
  int steps = 0;
  while (i < size && columns.times[i] <= t && steps < kSteps) ++i, ++steps;
  const bool behind = i < size && columns.times[i] <= t;
  const bool ahead = i > 0 && columns.times[i - 1] > t;
  if (behind || ahead) {
    const auto from = columns.times.begin() + static_cast<std::ptrdiff_t>(behind ? i : 0);
    const auto to = behind ? columns.times.end() : columns.times.begin() + static_cast<std::ptrdiff_t>(i);
    i = static_cast<std::size_t>(std::upper_bound(from, to, t) - columns.times.begin());
  }
  next_ = columns.first + i;
  return next_;
}

void Selection::refresh(const Context& ctx) {
  const std::uint64_t generation = ctx.data->generation();
  if (generation == generation_) return;
  generation_ = generation;
  const std::vector<SeriesRef> series = ctx.data->select(selector_.matchers);
  entries_.clear();
  for (const SeriesRef ref : series) {
    if (row_of_series_.size() <= ref) row_of_series_.resize(ref + 1, kNoRow);
    if (row_of_series_[ref] == kNoRow) row_of_series_[ref] = table_.intern(ctx.data->labels(ref));
    entries_.push_back({ref, row_of_series_[ref]});
  }
}

std::int64_t shifted_time(const Modifiers& modifiers, std::int64_t now, const Context& ctx) {
  std::int64_t t = now;
  switch (modifiers.at) {
    case Modifiers::At::none:
      break;
    case Modifiers::At::time:
      t = modifiers.time.time_since_epoch().count();
      break;
    case Modifiers::At::start:
      t = ctx.start;
      break;
    case Modifiers::At::end:
      t = ctx.end;
      break;
  }
  if (modifiers.at != Modifiers::At::none) t += ctx.level.at_shift;
  return t - modifiers.offset.count();
}

std::int64_t Selection::time(const Context& ctx) const {
  return shifted_time(selector_.modifiers, ctx.now, ctx);
}

Selection::Sight Selection::sight(const Context& ctx) const {
  const std::int64_t t = time(ctx);
  if (selector_.modifiers.at != Modifiers::At::none) {
    const std::int64_t opened = t - ctx.level.at_shift;
    return {std::max(t, opened), std::min(t, opened)};
  }
  if (!ctx.level.seen_to) return {t, t};
  return {t, std::min(t, *ctx.level.seen_to - selector_.modifiers.offset.count())};
}

}  // namespace firedrill::promql
