// Summaries of a series' samples in blocks of 64, so that a long window is read as a few hundred blocks and the samples
// at its two ends instead of one by one. A window moves on by what is new: a block is summed up once.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace firedrill::promql {

// A sum in two doubles, exact but for errors of the second order.
struct ExactSum {
  double high = 0;
  double low = 0;

  void add(double x) {
    const double s = high + x;
    const double b = s - high;
    low += (high - (s - b)) + (x - b);
    high = s;
  }
  void add(const ExactSum& other) {
    add(other.high);
    low += other.low;
  }
};

struct Block {
  ExactSum sum;
  double absolute = 0;  // sum of the magnitudes; infinite or NaN if a value is
  double max = 0;       // NaN only if all are
  double min = 0;
  bool whole = true;  // all are integers
};

class Blocks {
 public:
  static constexpr std::uint64_t kSize = 64;
  // Shorter windows are read faster than summed up.
  static constexpr std::size_t kWorthwhile = 4 * kSize;

  // Sums up the blocks that lie wholly within the samples [begin, end) of the series' history; values[0] is number
  // `first` of it. What lies before `begin` may be forgotten.
  void extend(std::span<const double> values, std::uint64_t first, std::uint64_t begin, std::uint64_t end);
  // Block number i holds the samples [i * kSize, (i + 1) * kSize).
  const Block& operator[](std::uint64_t i) const { return blocks_[static_cast<std::size_t>(i - first_)]; }

 private:
  std::vector<Block> blocks_;
  std::uint64_t first_ = 0;
};

Block summarise(std::span<const double> values);

}  // namespace firedrill::promql
