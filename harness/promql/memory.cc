#include "promql/memory.h"

#include <algorithm>

namespace firedrill::promql {

SeriesRef MemoryStore::series(const model::Labels& labels) {
  const auto [it, added] = index_.try_emplace(labels, static_cast<SeriesRef>(columns_.size()));
  if (added) {
    columns_.push_back({labels, {}, {}, 0});
    ++generation_;
  }
  return it->second;
}

bool MemoryStore::append(SeriesRef series, Time t, double value) {
  Column& column = columns_[series];
  const std::int64_t ms = t.time_since_epoch().count();
  if (!column.times.empty() && ms < column.times.back()) return false;
  if (!column.times.empty() && ms == column.times.back()) {
    column.values.pop_back();
    column.times.pop_back();
  }
  const double before = column.values.empty() ? value : column.values.back();
  note_value(column.monotonic_from, column.values.size(), before, value);
  column.times.push_back(ms);
  column.values.push_back(value);
  return true;
}

void MemoryStore::clear() {
  columns_.clear();
  index_.clear();
  ++generation_;
}

std::vector<SeriesRef> MemoryStore::select(std::span<const model::Matcher> matchers) const {
  std::vector<SeriesRef> result;
  for (const auto& [labels, ref] : index_) {
    if (std::ranges::all_of(matchers, [&](const model::Matcher& m) { return m.matches(labels); }))
      result.push_back(ref);
  }
  return result;
}

Columns MemoryStore::samples(SeriesRef series) const {
  const Column& column = columns_[series];
  return {column.times, column.values, 0, column.monotonic_from};
}

}  // namespace firedrill::promql
