#include "base/random.h"

#include <boost/random/binomial_distribution.hpp>
#include <boost/random/exponential_distribution.hpp>
#include <boost/random/lognormal_distribution.hpp>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/normal_distribution.hpp>
#include <boost/random/poisson_distribution.hpp>
#include <boost/random/uniform_01.hpp>
#include <boost/random/uniform_int_distribution.hpp>

#include "base/hash.h"
#include "base/maths.h"

namespace firedrill {
namespace {

// SplitMix64's finaliser: seeds that differ in one bit give streams that have nothing in common.
std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

// Above this Boost's integer distributions lose precision and the normal limit is exact to far below one count.
constexpr double kLargeMean = 1e9;

}  // namespace

struct RandomStream::Engine {
  explicit Engine(std::uint64_t seed) : bits(seed) {}
  boost::random::mt19937_64 bits;
};

RandomStream::RandomStream(std::uint64_t seed, std::string_view name)
    : engine_(std::make_unique<Engine>(mix(mix(seed) ^ stable_hash(name)))) {}
RandomStream::RandomStream(const RandomStream& other) : engine_(std::make_unique<Engine>(*other.engine_)) {}
RandomStream& RandomStream::operator=(const RandomStream& other) {
  if (this != &other) engine_ = std::make_unique<Engine>(*other.engine_);
  return *this;
}
RandomStream::RandomStream(RandomStream&&) noexcept = default;
RandomStream& RandomStream::operator=(RandomStream&&) noexcept = default;
RandomStream::~RandomStream() = default;

double RandomStream::uniform() {
  return boost::random::uniform_01<double>()(engine_->bits);
}
double RandomStream::normal() {
  return boost::random::normal_distribution<double>()(engine_->bits);
}

double RandomStream::exponential(double mean) {
  return mean > 0 ? boost::random::exponential_distribution<double>(1 / mean)(engine_->bits) : 0;
}

double RandomStream::lognormal(double mu, double sigma) {
  return maths::exp(mu + sigma * normal());
}

std::uint64_t RandomStream::poisson(double mean) {
  if (!(mean > 0)) return 0;
  if (mean > kLargeMean) {
    const double drawn = mean + maths::sqrt(mean) * normal();
    return drawn > 0 ? static_cast<std::uint64_t>(drawn + 0.5) : 0;
  }
  return boost::random::poisson_distribution<std::uint64_t, double>(mean)(engine_->bits);
}

std::uint64_t RandomStream::binomial(std::uint64_t trials, double probability) {
  if (trials == 0 || !(probability > 0)) return 0;
  if (probability >= 1) return trials;
  const double count = static_cast<double>(trials);
  if (count > kLargeMean) {
    const double drawn = count * probability + maths::sqrt(count * probability * (1 - probability)) * normal();
    return drawn <= 0 ? 0 : std::min(trials, static_cast<std::uint64_t>(drawn + 0.5));
  }
  return boost::random::binomial_distribution<std::int64_t, double>(static_cast<std::int64_t>(trials),
                                                                    probability)(engine_->bits);
}

std::uint64_t RandomStream::below(std::uint64_t bound) {
  return boost::random::uniform_int_distribution<std::uint64_t>(0, bound - 1)(engine_->bits);
}

}  // namespace firedrill
