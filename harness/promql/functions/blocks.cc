#include "promql/functions/blocks.h"

#include "promql/functions/floats.h"

namespace firedrill::promql {

Block summarise(std::span<const double> values) {
  Block block;
  block.max = block.min = values.front();
  for (const double v : values) {
    block.sum.add(v);
    block.absolute += magnitude(v);
    if (v > block.max || is_nan(block.max)) block.max = v;
    if (v < block.min || is_nan(block.min)) block.min = v;
    block.whole = block.whole && magnitude(v) < 0x1p53 && static_cast<double>(static_cast<std::int64_t>(v)) == v;
  }
  return block;
}

void Blocks::extend(std::span<const double> values, std::uint64_t first, std::uint64_t begin, std::uint64_t end) {
  const std::uint64_t from = (begin + kSize - 1) / kSize;
  const std::uint64_t to = end / kSize;
  if (from >= to) return;
  if (from < first_ || from > first_ + blocks_.size()) {
    blocks_.clear();
    first_ = from;
  }
  const auto unused = static_cast<std::size_t>(from - first_);
  if (unused > 64 && unused > blocks_.size() / 2) {
    blocks_.erase(blocks_.begin(), blocks_.begin() + static_cast<std::ptrdiff_t>(unused));
    first_ = from;
  }
  while (first_ + blocks_.size() < to) {
    const std::uint64_t next = (first_ + blocks_.size()) * kSize;
    blocks_.push_back(summarise(values.subspan(static_cast<std::size_t>(next - first), kSize)));
  }
}

}  // namespace firedrill::promql
