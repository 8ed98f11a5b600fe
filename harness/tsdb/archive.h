// The older samples of one series, compressed block by block.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace firedrill::tsdb {

class Archive {
 public:
  // Later than all that was added before. The spans have equal length.
  void add(std::span<const std::int64_t> times, std::span<const double> values);
  std::size_t size() const { return size_; }  // samples
  // Appends everything, in order of time.
  void read(std::vector<std::int64_t>& times, std::vector<double>& values) const;
  // Everything, and then these later samples, as frames (codec.h): the blocks as they are, and the rest as one more.
  std::string packed_with(std::span<const std::int64_t> times, std::span<const double> values) const;
  std::size_t bytes() const;

 private:
  std::vector<std::string> blocks_;
  std::size_t size_ = 0;
  // Not yet enough for a block.
  std::vector<std::int64_t> times_;
  std::vector<double> values_;
};

}  // namespace firedrill::tsdb
