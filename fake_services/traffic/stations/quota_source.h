// The requests that a sample of a quota follows (quota_sample.h), one after the other.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/maths.h"
#include "fake_services/traffic/stations/quota_shape.h"

namespace firedrill::fake_services {

// A generator that costs less than what is done with its numbers (SplitMix64).
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : state_(seed) {}
  double uniform() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53;
  }
  double exponential(double mean) { return -mean * maths::log(1 - uniform()); }
  std::size_t below(std::size_t n) {
    return std::min(n - 1, static_cast<std::size_t>(uniform() * static_cast<double>(n)));
  }
  double normal() {
    const double radius = maths::sqrt(-2 * maths::log(1 - uniform()));
    return radius * maths::cos(6.283185307179586 * uniform());
  }

 private:
  std::uint64_t state_;
};

// Requests and what they ask for, in order; the same ones again where the seed is the same.
class RequestSource {
 public:
  RequestSource(const QuotaShape& shape, double rate, std::int64_t each) : shape_(&shape), rate_(rate), each_(each) {}

  struct Asked {
    std::size_t route = 0;
    double own = 0;    // time at work where nothing stands still
    double cores = 0;  // against a request of average work a second
  };
  double gap(Draws& draws) const;
  Asked asked(Draws& draws) const;
  // The seed with which `count` requests, after `before` others, find as much work before them as they will in the
  // long run, of some that are tried: of requests that come at random, to a server that works at a rate of `speed`.
  std::uint64_t typical_seed(double speed, double before, double count) const;

 private:
  double found_in_the_long_run(double speed) const;
  double work(const Distribution& law, Draws& draws) const;

  const QuotaShape* shape_;
  double rate_;
  std::int64_t each_;
};

}  // namespace firedrill::fake_services
