#include "promql/eval/selectors.h"

#include <algorithm>
#include <bit>

#include "base/numbers.h"

namespace firedrill::promql {
namespace {

bool stale(double value) {
  return std::bit_cast<std::uint64_t>(value) == kStaleBits;
}

}  // namespace

const Points& InstantSelector::eval(Context& ctx) {
  selection_.refresh(ctx);
  out_.clear();
  cursors_.resize(selection_.table().size());
  ctx.read(selection_.entries().size());
  const std::int64_t t = selection_.time(ctx);
  // In 2.x a sample exactly as old as the lookback still counts.
  const std::int64_t oldest = t - ctx.options.lookback.count() + (ctx.v2() ? 0 : 1);
  for (const Selection::Entry& entry : selection_.entries()) {
    const Columns columns = ctx.data->samples(entry.series);
    const std::uint64_t next = cursors_[entry.row].seek(columns, t);
    if (next <= columns.first) continue;
    const std::size_t i = static_cast<std::size_t>(next - columns.first) - 1;
    if (columns.times[i] < oldest || stale(columns.values[i])) continue;
    out_.push_back({entry.row, timestamps_ ? static_cast<double>(columns.times[i]) / 1000 : columns.values[i]});
  }
  return out_;
}

void RangeSelector::begin(Context& ctx) {
  selection_.refresh(ctx);
  bounds_.resize(selection_.table().size());
  ctx_ = &ctx;
  position_ = 0;
  window_ = Window{};
  window_.end = selection_.time(ctx);
  window_.start = window_.end - range_;
  window_.now = ctx.now;
  window_.v2 = ctx.v2();
  after_ = window_.start - (ctx.v2() ? 1 : 0);
}

bool RangeSelector::next(Row& row, Window& window) {
  const auto entries = selection_.entries();
  while (position_ < entries.size()) {
    const Selection::Entry& entry = entries[position_++];
    const Columns columns = ctx_->data->samples(entry.series);
    Bounds& bounds = bounds_[entry.row];
    const std::size_t begin = static_cast<std::size_t>(bounds.begin.seek(columns, after_) - columns.first);
    const std::size_t end = static_cast<std::size_t>(bounds.end.seek(columns, window_.end) - columns.first);
    if (begin == end) continue;
    look_at_new(bounds, columns);
    window_.falls = nullptr;
    window_.blocks = nullptr;
    if (bounds.stale.empty()) {
      if (track_falls_) window_.falls = &bounds.falls;
      window_.first = columns.first + begin;
      if (track_blocks_ && end - begin >= Blocks::kWorthwhile) {
        bounds.blocks.extend(columns.values, columns.first, columns.first + begin, columns.first + end);
        window_.blocks = &bounds.blocks;
      }
      window_.times = columns.times.subspan(begin, end - begin);
      window_.values = columns.values.subspan(begin, end - begin);
    } else {
      copy_without_stale(columns, begin, end);
      if (values_.empty()) continue;
      window_.times = times_;
      window_.values = values_;
    }
    // What the functions have prepared for themselves they do not read again.
    const bool prepared = window_.falls != nullptr || window_.blocks != nullptr;
    ctx_->read(prepared ? 1 : window_.values.size());
    row = entry.row;
    window = window_;
    return true;
  }
  return false;
}

void RangeSelector::look_at_new(Bounds& bounds, const Columns& columns) const {
  const std::uint64_t begin = std::max(bounds.begin.at(), columns.first);
  const std::uint64_t end = bounds.end.at();
  const auto forget = [&](std::vector<std::uint64_t>& found) {
    if (!found.empty() && found.front() < begin) std::erase_if(found, [&](std::uint64_t i) { return i < begin; });
  };
  if (begin < bounds.from || begin > bounds.checked || end < bounds.checked) {
    bounds.stale.clear();
    bounds.falls.clear();
    bounds.checked = begin;
  } else {
    forget(bounds.stale);
    forget(bounds.falls);
  }
  bounds.from = begin;
  for (; bounds.checked < end; ++bounds.checked) {
    const auto i = static_cast<std::size_t>(bounds.checked - columns.first);
    if (stale(columns.values[i])) bounds.stale.push_back(bounds.checked);
    if (track_falls_ && bounds.checked > begin && columns.values[i] < columns.values[i - 1]) {
      bounds.falls.push_back(bounds.checked);
    }
  }
}

void RangeSelector::copy_without_stale(const Columns& columns, std::size_t begin, std::size_t end) {
  times_.clear();
  values_.clear();
  for (std::size_t i = begin; i < end; ++i) {
    if (stale(columns.values[i])) continue;
    times_.push_back(columns.times[i]);
    values_.push_back(columns.values[i]);
  }
}

}  // namespace firedrill::promql
