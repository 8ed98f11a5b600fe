#include "promql/eval/rates_ahead.h"

#include <algorithm>

namespace firedrill::promql {
namespace {

// Fewer series stay in the cache as they are.
constexpr std::size_t kWorthwhile = 256;
// Windows that are computed at once, and values in all of them.
constexpr std::size_t kMaxTiles = 32;
constexpr std::size_t kMaxValues = std::size_t{1} << 20;
// Series that do not keep step seldom begin to.
constexpr int kPause = 64;
constexpr std::size_t kLine = 64 / sizeof(double);

}  // namespace

bool RatesAhead::reach(const Queryable& data, std::span<const Selection::Entry> entries, const Range& range,
                       const Extrapolate& extrapolate) {
  if (entries.size() < kWorthwhile) return false;
  if (data.generation() != generation_) {
    generation_ = data.generation();
    count_ = 0;
    pause_ = 0;
  }
  const auto known = std::span(tiles_).first(count_).subspan(std::min(at_, count_));
  const auto tile = std::ranges::find(known, range, &Tile::range);
  bool there = tile != known.end();
  if (there) {
    at_ += static_cast<std::size_t>(tile - known.begin());
  } else if (pause_ > 0) {
    --pause_;
  } else {
    there = look_ahead(data, entries, range, extrapolate);
  }
  last_ = range;
  return there;
}

bool RatesAhead::look_ahead(const Queryable& data, std::span<const Selection::Entry> entries, const Range& range,
                            const Extrapolate& extrapolate) {
  count_ = at_ = 0;
  const std::int64_t step = range.until - last_.until;
  if (step <= 0 || range.after - last_.after != step) return false;
  const Columns all = data.samples(entries[0].series);
  const bool several = plan(all, range, step, extrapolate, entries.size());
  if (several && compute(data, entries, all)) return true;
  // What is planned has no values yet.
  count_ = 0;
  if (several) pause_ = kPause;
  return false;
}

bool RatesAhead::plan(const Columns& columns, const Range& range, std::int64_t step, const Extrapolate& extrapolate,
                      std::size_t width) {
  const auto index_after = [&](std::int64_t t) {
    return static_cast<std::size_t>(std::ranges::upper_bound(columns.times, t) - columns.times.begin());
  };
  const std::size_t limit = std::min(kMaxTiles, kMaxValues / width);
  for (std::int64_t shift = 0; count_ < limit; shift += step) {
    const std::int64_t until = range.until + shift;
    if (shift > 0 && (columns.times.empty() || columns.times.back() < until)) break;
    if (count_ == tiles_.size()) tiles_.emplace_back();
    Tile& tile = tiles_[count_++];
    tile.range = {range.after + shift, until};
    const std::size_t begin = index_after(tile.range.after);
    const std::size_t end = index_after(until);
    tile.any = end >= begin + 2;
    tile.oldest = begin;
    tile.newest = tile.any ? end - 1 : begin;
    tile.first = columns.first + begin;
    if (!tile.any) continue;
    tile.change = extrapolate(shift, columns.times[begin], columns.times[end - 1], end - begin);
    tile.values.resize(width);
  }
  return count_ >= 2;
}

bool RatesAhead::read(const Queryable& data, std::span<const Selection::Entry> entries, std::size_t done,
                      const Columns& all, Chunk& chunk) {
  const std::size_t count = std::min(kChunk, entries.size() - done);
  for (std::size_t i = 0; i < count; ++i) chunk.series[i] = entries[done + i].series;
  data.read(std::span(chunk.series).first(count), std::span(chunk.columns).first(count));
  const Tile& first = tiles_.front();
  const Tile& last = tiles_[count_ - 1];
  for (std::size_t i = 0; i < count; ++i) {
    const Columns& columns = chunk.columns[i];
    const bool together = columns.times.data() == all.times.data() && columns.first == all.first &&
                          columns.times.size() == all.times.size();
    if (!together || columns.monotonic_from == Columns::kNotKnown) return false;
    monotonic_from_[done + i] = columns.monotonic_from;
    monotonic_from_all_ = std::max(monotonic_from_all_, columns.monotonic_from);
    const double* const values = columns.values.data();
    for (std::size_t k = first.oldest; k <= last.oldest; k += kLine) __builtin_prefetch(values + k);
    for (std::size_t k = std::max(first.newest, last.oldest); k <= last.newest; k += kLine) {
      __builtin_prefetch(values + k);
    }
  }
  return true;
}

bool RatesAhead::compute(const Queryable& data, std::span<const Selection::Entry> entries, const Columns& all) {
  monotonic_from_.resize(entries.size());
  monotonic_from_all_ = 0;
  std::array<Chunk, 2> chunks;  // one at hand, one on its way
  if (!read(data, entries, 0, all, chunks[0])) return false;
  for (std::size_t done = 0, at = 0; done < entries.size(); done += kChunk, at ^= 1) {
    const std::size_t count = std::min(kChunk, entries.size() - done);
    if (done + kChunk < entries.size() && !read(data, entries, done + kChunk, all, chunks[at ^ 1])) return false;
    for (Tile& tile : std::span(tiles_).first(count_)) {
      if (!tile.any) continue;
      double* const to = tile.values.data() + done;
      for (std::size_t i = 0; i < count; ++i) {
        const double* const values = chunks[at].columns[i].values.data();
        const double oldest = values[tile.oldest];
        to[i] = tile.change.extend(oldest, values[tile.newest] - oldest);
      }
    }
  }
  return true;
}

}  // namespace firedrill::promql
