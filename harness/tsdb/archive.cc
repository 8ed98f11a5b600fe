#include "tsdb/archive.h"

#include <cassert>

#include "tsdb/codec.h"

namespace firedrill::tsdb {
namespace {

// What waits for its block to fill costs sixteen bytes a sample, in every kept series; larger blocks gain little more.
constexpr std::size_t kBlockSamples = 512;
constexpr int kLevel = 1;  // it runs inside the simulation, and gains little more at higher levels

}  // namespace

void Archive::add(std::span<const std::int64_t> times, std::span<const double> values) {
  size_ += times.size();
  times_.insert(times_.end(), times.begin(), times.end());
  values_.insert(values_.end(), values.begin(), values.end());
  if (times_.size() < kBlockSamples) return;
  std::string bytes;
  put_samples(bytes, times_, values_);
  blocks_.push_back(compress(bytes, kLevel));
  times_ = {};
  values_ = {};
}

void Archive::read(std::vector<std::int64_t>& times, std::vector<double>& values) const {
  for (const std::string& block : blocks_) {
    [[maybe_unused]] const bool read = unpack_samples(block, times, values);
    assert(read);
  }
  times.insert(times.end(), times_.begin(), times_.end());
  values.insert(values.end(), values_.begin(), values_.end());
}

std::string Archive::packed_with(std::span<const std::int64_t> times, std::span<const double> values) const {
  std::string out;
  for (const std::string& block : blocks_) out += block;
  std::vector<std::int64_t> rest_times = times_;
  std::vector<double> rest_values = values_;
  rest_times.insert(rest_times.end(), times.begin(), times.end());
  rest_values.insert(rest_values.end(), values.begin(), values.end());
  if (rest_times.empty()) return out;
  std::string bytes;
  put_samples(bytes, rest_times, rest_values);
  return out + compress(bytes, kLevel);
}

std::size_t Archive::bytes() const {
  std::size_t total = times_.capacity() * sizeof(std::int64_t) + values_.capacity() * sizeof(double);
  for (const std::string& block : blocks_) total += block.capacity();
  return total;
}

}  // namespace firedrill::tsdb
