#include "promql/eval/lockstep.h"

#include <algorithm>

namespace firedrill::promql {
namespace {

// Fewer series stay in the cache as they are.
constexpr std::size_t kWorthwhile = 256;
constexpr std::size_t kMaxSamples = std::size_t{1} << 25;
// Series that do not keep step seldom begin to.
constexpr int kPause = 64;
// Series are turned over so many at a time: what they have and the rows' lines that they go to fit the first cache.
constexpr std::size_t kChunk = 16;

}  // namespace

void Lockstep::clear() {
  for (std::vector<double>& row : rows_) spare_.push_back(std::move(row));
  rows_.clear();
  times_.clear();
}

bool Lockstep::reach(const Queryable& data, std::span<const Selection::Entry> entries, std::uint64_t generation,
                     std::int64_t after, std::int64_t until) {
  if (entries.size() < kWorthwhile) return false;
  if (generation != generation_ || after < from_) {
    clear();
    generation_ = generation;
    pause_ = 0;
  }
  if (pause_ > 0) return --pause_, false;
  drop_until(after);
  from_ = after;
  if (!times_.empty() && times_.back() > until) return true;
  if (extend(data, entries, after)) return true;
  clear();
  spare_.clear();
  pause_ = kPause;
  return false;
}

void Lockstep::drop_until(std::int64_t after) {
  while (!times_.empty() && times_.front() <= after) {
    spare_.push_back(std::move(rows_.front()));
    rows_.pop_front();
    times_.pop_front();
    ++first_;
  }
}

bool Lockstep::make_rows(const Columns& columns, std::int64_t after, std::size_t width) {
  const std::uint64_t end = columns.first + columns.times.size();
  std::uint64_t next = first_ + times_.size();
  if (times_.empty() || next < columns.first) {
    clear();
    const auto begin = std::ranges::upper_bound(columns.times, after) - columns.times.begin();
    first_ = next = columns.first + static_cast<std::uint64_t>(begin);
  }
  if (next > end || (end - first_) * width > kMaxSamples) return false;
  for (; next < end; ++next) {
    times_.push_back(columns.times[static_cast<std::size_t>(next - columns.first)]);
    std::vector<double>& row = rows_.emplace_back();
    if (!spare_.empty()) {
      row = std::move(spare_.back());
      spare_.pop_back();
    }
    row.resize(width);
  }
  return true;
}

bool Lockstep::extend(const Queryable& data, std::span<const Selection::Entry> entries, std::int64_t after) {
  series_.resize(kChunk);
  columns_.resize(kChunk);
  calm_from_.resize(entries.size());
  calm_from_all_ = 0;
  const Columns all = data.samples(entries[0].series);
  const std::uint64_t known = times_.empty() ? 0 : first_ + times_.size();
  if (!make_rows(all, after, entries.size())) return false;
  const std::uint64_t from = std::max(known, first_);
  const auto begin = static_cast<std::size_t>(from - all.first);
  const auto row = static_cast<std::size_t>(from - first_);
  for (std::size_t done = 0; done < entries.size(); done += kChunk) {
    const std::size_t count = std::min(kChunk, entries.size() - done);
    for (std::size_t i = 0; i < count; ++i) series_[i] = entries[done + i].series;
    data.read(std::span(series_).first(count), std::span(columns_).first(count));
    for (std::size_t i = 0; i < count; ++i) {
      const Columns& columns = columns_[i];
      const bool together = columns.times.data() == all.times.data() && columns.first == all.first &&
                            columns.times.size() == all.times.size();
      if (!together || columns.calm_from == Columns::kNotKnown) return false;
      calm_from_[done + i] = columns.calm_from;
      calm_from_all_ = std::max(calm_from_all_, columns.calm_from);
      __builtin_prefetch(columns.values.data() + begin);
    }
    for (std::size_t k = row; k < rows_.size(); ++k) {
      double* const to = rows_[k].data() + done;
      for (std::size_t i = 0; i < count; ++i) to[i] = columns_[i].values[begin + (k - row)];
    }
  }
  return true;
}

}  // namespace firedrill::promql
