// A time whose law has several modes, as of a call that a cache answers or the network, in time or after a retry: a
// mixture of a few parts, each known by its share and two moments. What lies close together becomes one part, so that
// where nothing is wrong there is mostly one, and sums cost no more than those of moments.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "fake_services/traffic/distribution.h"

namespace firedrill::fake_services {

class Times {
 public:
  static constexpr std::size_t kMost = 4;
  struct Mode {
    double share;
    double mean;
    double variance;
    Moments time() const { return {mean, variance}; }
  };

  Times() {}  // no part: as a law, no time at all
  Times(Moments time) : count_(1) {
    sum_.add(1, time);
    modes_[0] = {1, time.mean, time.variance};
  }
  // Only the parts that there are: these are copied all the time.
  Times(const Times& other) : sum_(other.sum_), count_(other.count_) {
    for (std::size_t i = 0; i < count_; ++i) modes_[i] = other.modes_[i];
  }
  Times& operator=(const Times& other) {
    sum_ = other.sum_;
    count_ = other.count_;
    for (std::size_t i = 0; i < count_; ++i) modes_[i] = other.modes_[i];
    return *this;
  }
  ~Times() = default;

  // Adds a share that takes so long. Of a law, the share is spread over its parts in proportion to theirs.
  void add(double share, Moments time);
  void add(double share, const Times& law);

  std::span<const Mode> modes() const { return {modes_.data(), count_}; }
  double share() const { return sum_.share; }
  // Of all parts together: exact, however many became one.
  Moments moments() const { return sum_.moments(); }
  double mean() const { return sum_.share > 0 ? sum_.first / sum_.share : 0; }
  double total() const { return sum_.first; }  // seconds, over all shares

 private:
  void insert(double share, Moments time);

  Sum sum_;
  std::size_t count_ = 0;
  std::array<Mode, kMost> modes_;  // nothing in it beyond the count
};

// Laws of the sum of independent times, of a time that is taken with probability p (else none), of n of them in a row,
// and of the later of two.
Times operator+(const Times& a, const Times& b);
Times with_probability(const Times& law, double p);
Times in_a_row(const Times& law, double n);
Times later_of(const Times& a, const Times& b);

}  // namespace firedrill::fake_services
