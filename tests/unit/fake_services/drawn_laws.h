// Laws of times beside what draws from them, and how far the two are apart.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "base/random.h"
#include "fake_services/traffic/times.h"

namespace firedrill::fake_services {

inline constexpr int kDraws = 200'000;

// The largest distance between the law and what is drawn, at the drawn quantiles from 1 % to 99.9 %; where the draws
// jump, both sides of the jump will do: times that differ by less than `same`, relative, are the same.
inline double distance(const Times& law, const std::function<double(RandomStream&)>& draw, double same = 1e-3) {
  RandomStream chance(1, "times");
  std::vector<double> drawn;
  for (int i = 0; i < kDraws; ++i) drawn.push_back(draw(chance));
  std::ranges::sort(drawn);
  double most = 0;
  for (int q = 10; q <= 999; ++q) {
    const double x = drawn[static_cast<std::size_t>(q) * (kDraws / 1000)];
    const auto below = [&](double at) {
      return static_cast<double>(std::ranges::upper_bound(drawn, at) - drawn.begin()) / kDraws;
    };
    most = std::max(
        {most, law.cdf(x * (1 - same)) - below(x * (1 + same)), below(x * (1 - same)) - law.cdf(x * (1 + same))});
  }
  return most;
}

// A law, and what draws from it.
struct Drawn {
  Times law;
  std::function<double(RandomStream&)> draw;
};

inline Drawn constant(double seconds) {
  return {Times::just(seconds), [=](RandomStream&) { return seconds; }};
}

inline Drawn exponential(double mean) {
  return {Times(Distribution::exponential(mean)), [=](RandomStream& chance) { return chance.exponential(mean); }};
}

inline Drawn lognormal(double median, double sigma) {
  const double mean = median * std::exp(sigma * sigma / 2);
  return {Times(Distribution::lognormal({mean, mean * mean * std::expm1(sigma * sigma)})),
          [=](RandomStream& chance) { return chance.lognormal(std::log(median), sigma); }};
}

inline Drawn either(double p, const Drawn& a, const Drawn& b) {
  Times law;
  law.add(p, a.law);
  law.add(1 - p, b.law);
  return {law, [=](RandomStream& chance) { return chance.uniform() < p ? a.draw(chance) : b.draw(chance); }};
}

inline Drawn operator+(const Drawn& a, const Drawn& b) {
  return {a.law + b.law, [=](RandomStream& chance) {
            const double first = a.draw(chance);
            return first + b.draw(chance);
          }};
}

inline Drawn later_of(const Drawn& a, const Drawn& b) {
  return {later_of(a.law, b.law), [=](RandomStream& chance) {
            const double first = a.draw(chance);
            return std::max(first, b.draw(chance));
          }};
}

}  // namespace firedrill::fake_services
