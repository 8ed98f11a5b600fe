// Streams of chance. A run has one seed; each component draws from a stream of its own, derived from the seed and the
// component's name, so that adding a component does not disturb the draws of another.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace firedrill {

// Boost.Random's 64-bit Mersenne Twister and distributions, since the standard library's differ between vendors.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::string_view name);
  RandomStream(const RandomStream& other);
  RandomStream& operator=(const RandomStream& other);
  RandomStream(RandomStream&&) noexcept;
  RandomStream& operator=(RandomStream&&) noexcept;
  ~RandomStream();

  double uniform();                                                  // [0, 1)
  double normal();                                                   // mean 0, deviation 1
  double exponential(double mean);                                   // mean ≥ 0
  double lognormal(double mu, double sigma);                         // of the underlying normal
  std::uint64_t poisson(double mean);                                // mean ≥ 0; 0 gives 0
  std::uint64_t binomial(std::uint64_t trials, double probability);  // probability clamped to [0, 1]
  std::uint64_t below(std::uint64_t bound);                          // [0, bound), bound ≥ 1

 private:
  struct Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace firedrill
