// Chance in a process of many threads: streams of base/random.h that any of them may draw from.
#pragma once

#include <cstddef>
#include <mutex>
#include <span>
#include <string_view>

#include "base/random.h"
#include "fake_services/traffic/distribution.h"

namespace firedrill::fake_services {

class Chance {
 public:
  Chance(std::uint64_t seed, std::string_view name) : stream_(seed, name) {}

  // Whether something happens that happens in this share of cases.
  bool happens(double share);
  double uniform();  // [0, 1)
  // Seconds.
  double draw(const Distribution& time);
  // One of them in proportion to its weight; weights sum to about 1, and there is at least one.
  std::size_t pick(std::span<const double> weights);
  std::size_t below(std::size_t bound);

 private:
  std::mutex mutex_;
  RandomStream stream_;
};

}  // namespace firedrill::fake_services
