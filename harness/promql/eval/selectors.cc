#include "promql/eval/selectors.h"

#include <algorithm>
#include <bit>

#include "base/text/numbers.h"
#include "promql/eval/invariance.h"

namespace firedrill::promql {
namespace {

bool stale(double value) {
  return std::bit_cast<std::uint64_t>(value) == kStaleBits;
}

}  // namespace

void InstantSelector::look_for_info(const Expr& argument) {
  for_info_ = true;
  if (const Modifiers* first = first_modifiers(argument)) first_ = *first;
}

InstantSelector::Span InstantSelector::info_span(const Context& ctx) const {
  const bool fixed = first_.at != Modifiers::At::none;
  Modifiers at = first_;
  at.offset = {};
  const std::int64_t from = fixed ? shifted_time(at, ctx.start, ctx) - ctx.level.at_shift : ctx.level.start;
  const std::int64_t to = fixed ? from : ctx.level.end;
  const std::int64_t lookback = ctx.options.lookback.count() - 1;
  const std::int64_t offset = first_.offset.count();
  return {std::max(ctx.now, from - offset) - lookback, std::min(ctx.now, to - offset)};
}

InstantSelector::Span InstantSelector::span(const Context& ctx) const {
  if (for_info_) return info_span(ctx);
  const std::int64_t t = selection_.time(ctx);
  // In 2.x a sample exactly as old as the lookback still counts.
  const std::int64_t lookback = ctx.options.lookback.count() - (ctx.v2() ? 0 : 1);
  const Modifiers& modifiers = selection_.selector().modifiers;
  if (timestamps_ && modifiers.at != Modifiers::At::none) {
    // timestamp() of a selector with @ forgets the offset, but has only the samples that the offset lets it see.
    const std::int64_t fixed = t + modifiers.offset.count();
    return {std::max(t, fixed) - lookback, std::min(t, fixed)};
  }
  const Selection::Sight sight = selection_.sight(ctx);
  return {sight.from - lookback, sight.to};
}

const Points& InstantSelector::eval(Context& ctx) {
  selection_.refresh(ctx);
  out_.clear();
  cursors_.resize(selection_.table().size());
  ctx.read(selection_.entries().size());
  const Span span = this->span(ctx);
  for (const Selection::Entry& entry : selection_.entries()) {
    const Columns columns = ctx.data->samples(entry.series);
    if (for_info_ &&
        (columns.times.empty() || columns.times.front() > ctx.seen_to || columns.times.back() < ctx.seen_from)) {
      continue;
    }
    const std::uint64_t next = cursors_[entry.row].seek(columns, span.latest);
    if (next <= columns.first) continue;
    const std::size_t i = static_cast<std::size_t>(next - columns.first) - 1;
    if (columns.times[i] < span.oldest || stale(columns.values[i])) continue;
    out_.push_back({entry.row, timestamps_ ? static_cast<double>(columns.times[i]) / 1000 : columns.values[i]});
  }
  return out_;
}

void RangeSelector::begin(Context& ctx) {
  selection_.refresh(ctx);
  bounds_.resize(selection_.table().size());
  ctx_ = &ctx;
  position_ = chunk_size_ = in_chunk_ = 0;
  found_ = {};
  window_ = Window{};
  window_.end = selection_.time(ctx);
  window_.start = window_.end - range_;
  window_.now = ctx.now;
  window_.v2 = ctx.v2();
  window_.newest = ctx.newest();
  const Selection::Sight sight = selection_.sight(ctx);
  const std::int64_t moved = moves_on_ ? ctx.now - ctx.level.start : 0;
  until_ = sight.to;
  after_ = std::min(sight.from - range_ - (ctx.v2() ? 1 : 0) + moved, until_);
}

bool RangeSelector::next_chunk() {
  const auto entries = selection_.entries().subspan(position_);
  chunk_size_ = std::min(entries.size(), kChunk);
  in_chunk_ = 0;
  if (chunk_size_ == 0) return false;
  ctx_->visit(chunk_size_);
  for (std::size_t i = 0; i < chunk_size_; ++i) series_[i] = entries[i].series;
  ctx_->data->read(std::span(series_).first(chunk_size_), std::span(chunk_).first(chunk_size_));
  for (const Columns& columns : std::span(chunk_).first(chunk_size_)) {
    if (columns.values.empty()) continue;
    __builtin_prefetch(&columns.values.back());
    if (found_.begin < columns.values.size()) __builtin_prefetch(columns.values.data() + found_.begin);
  }
  return true;
}

void RangeSelector::seek(const Place& place) {
  const Columns& columns = *place.columns;
  Bounds& bounds = bounds_[place.row];
  found_.times = columns.times.data();
  found_.first = columns.first;
  found_.size = columns.times.size();
  found_.begin = static_cast<std::size_t>(bounds.begin.seek(columns, after_) - columns.first);
  found_.end = static_cast<std::size_t>(bounds.end.seek(columns, until_) - columns.first);
}

bool RangeSelector::next(Row& row, Window& window) {
  Place place;
  while (next_place(place)) {
    if (place.begin == place.end || !look_into(place, window)) continue;
    // What the functions have prepared for themselves they do not read again.
    const bool prepared = window.falls != nullptr || window.blocks != nullptr;
    ctx_->read(prepared ? 1 : window.values.size());
    row = place.row;
    return true;
  }
  return false;
}

bool RangeSelector::look_into(const Place& place, Window& window) {
  static const std::vector<std::uint64_t> kNone;
  const Columns& columns = *place.columns;
  const std::uint64_t first = columns.first + place.begin;
  Bounds& bounds = bounds_[place.row];
  if (!place.monotonic()) look_at_new(bounds, columns, first, columns.first + place.end);
  if (!place.monotonic() && !bounds.stale.empty()) {
    copy_without_stale(columns, place.begin, place.end);
    if (values_.empty()) return false;
    window = window_;
    window.times = times_;
    window.values = values_;
    return true;
  }
  window = window_;
  if (track_falls_) window.falls = place.monotonic() ? &kNone : &bounds.falls;
  window.first = first;
  window.times = columns.times.subspan(place.begin, place.end - place.begin);
  window.values = columns.values.subspan(place.begin, place.end - place.begin);
  if (track_blocks_ && window.values.size() >= Blocks::kWorthwhile) {
    bounds.blocks.extend(columns.values, columns.first, first, columns.first + place.end);
    window.blocks = &bounds.blocks;
  }
  return true;
}

void RangeSelector::look_at_new(Bounds& bounds, const Columns& columns, std::uint64_t begin, std::uint64_t end) const {
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
