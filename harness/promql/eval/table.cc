#include "promql/eval/table.h"

#include "promql/eval/context.h"

namespace firedrill::promql {

Row Table::intern(model::Labels labels, bool drop_name) {
  const std::uint64_t hash = labels.hash() ^ (drop_name ? 1 : 0);
  const auto [first, last] = index_.equal_range(hash);
  for (auto it = first; it != last; ++it) {
    const Entry& entry = entries_[it->second];
    if (entry.drop_name == drop_name && entry.labels == labels) return it->second;
  }
  const auto row = static_cast<Row>(entries_.size());
  entries_.push_back({std::move(labels), drop_name});
  index_.emplace(hash, row);
  if (counted_in_ != nullptr) counted_in_->hold_labels(entries_.back().labels);
  return row;
}

}  // namespace firedrill::promql
