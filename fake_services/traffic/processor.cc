#include "fake_services/traffic/processor.h"

#include <algorithm>
#include <array>

#include "base/maths.h"

namespace firedrill::fake_services {
namespace {

// Of what a request finds, the part that lasts: of M/M/1-PS the square root of 1/(2 − load).
constexpr double kLasting = 0.8;
constexpr double kNothing = 1e-9;  // of the sum, of a state after which all are rarer
constexpr double kHuge = 1e200;
constexpr double kFullest = 0.98;  // use beyond which it is overloaded, and not by chance
constexpr std::size_t kStates = 6;

// Far more room than is ever taken.
bool never_full(const ProcessorLoad& p) {
  return p.room >= p.workers || p.room > p.load + 6 * maths::sqrt(p.load) + 8;
}

// Calls `visit` with each number of requests at work and its relative weight. Those that find no worker wait, and come
// to work when another has left it: as long as any waits, all workers are at work.
template <typename Visit>
void for_each_state(const ProcessorLoad& p, const Visit& visit) {
  double weight = 1;
  double sum = 0;
  for (double n = 0; n < p.workers; n += 1) {
    visit(n, weight);
    sum += weight;
    if (sum > kHuge) return;  // all that came before weighs nothing, and what comes after is near it
    weight *= p.load / std::min(n + 1, p.room);
    if (n + 1 >= p.room && p.load < p.room && weight < kNothing * sum) return;
  }
  const double use = std::min(kFullest, p.load / std::min(p.workers, p.room));
  visit(p.workers, weight / (1 - use));
}

double slowdown(const ProcessorLoad& p, double others) {
  return std::max(1.0, (others + 1) / p.room);
}

}  // namespace

double shared_stretch(const ProcessorLoad& p) {
  if (!(p.load > 0) || never_full(p)) return 1;
  double sum = 0;
  double first = 0;
  for_each_state(p, [&](double n, double weight) {
    sum += weight;
    first += n * weight;
  });
  return std::max(1.0, first / sum / p.load);
}

Crowding crowding(const ProcessorLoad& p) {
  Crowding out;
  if (!(p.load > 0) || never_full(p)) return out;
  double sum = 0;
  for_each_state(p, [&](double n, double weight) {
    sum += weight;
    if (n <= p.room) return;
    out.share += weight;
    out.slowed += weight * (1 - p.room / n);
  });
  return {out.share / sum, out.slowed / sum};
}

Times shared_times(const Times& alone, const ProcessorLoad& p, double stretch) {
  if (stretch == 1) return alone;
  if (!(p.load > 0) || never_full(p)) return alone.scaled(stretch);
  // The states that a request can come to, those with room for all as one, those beyond the last likewise.
  std::array<double, kStates> shares{};
  std::array<double, kStates> sums{};
  const double free = std::max(0.0, maths::floor(p.room) - 1);
  double all = 0;
  double mean = 0;
  for_each_state(p, [&](double at_work, double weight) {
    const double n = std::min(at_work, p.workers - 1);  // whoever waited finds all others at work
    const auto i = static_cast<std::size_t>(std::clamp(n - free, 0.0, static_cast<double>(kStates - 1)));
    shares[i] += weight;
    sums[i] += weight * slowdown(p, n);
    all += weight;
    mean += weight * slowdown(p, n);
  });
  mean /= all;
  Times shared;
  for (std::size_t i = 0; i < kStates; ++i) {
    if (shares[i] < 1e-4 * all) continue;
    const double found = sums[i] / shares[i];
    shared.add(shares[i] / all, alone.scaled(std::max(0.1, stretch + kLasting * (found - mean))));
  }
  return shared;
}

}  // namespace firedrill::fake_services
