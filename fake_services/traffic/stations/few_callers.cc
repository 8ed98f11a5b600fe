#include "fake_services/traffic/stations/few_callers.h"

#include <algorithm>
#include <vector>

#include "base/maths.h"

namespace firedrill::fake_services {
namespace {

using Weights = std::vector<double>;  // by how many there are, up to all callers

Weights together(const Weights& a, const Weights& b) {
  Weights sum(a.size(), 0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] <= 0) continue;
    for (std::size_t j = 0; i + j < sum.size(); ++j) sum[i + j] += a[i] * b[j];
  }
  return sum;
}

Weights of_several(Weights one, std::int64_t replicas) {
  Weights all(one.size(), 0);
  all[0] = 1;
  for (; replicas > 0; replicas /= 2) {
    if (replicas % 2 == 1) all = together(all, one);
    if (replicas > 1) one = together(one, one);
  }
  return all;
}

// But for the load's power.
Weights of_one(std::int64_t workers, std::int64_t places, std::size_t callers) {
  Weights one(callers + 1, 0);
  one[0] = 1;
  for (std::size_t n = 1; n <= callers && static_cast<std::int64_t>(n) <= places; ++n) {
    one[n] = one[n - 1] / static_cast<double>(std::min(static_cast<std::int64_t>(n), workers));
  }
  return one;
}

// Of so many at the replicas: the weight of all that can be elsewhere meanwhile, the callers being all under way for
// longer by those who wait outside.
class UnderWay {
 public:
  UnderWay(double load, double elsewhere, const Weights& at_replicas)
      : callers_(at_replicas.size() - 1), log_load_(maths::log(load)), terms_(callers_ + 1, -kNever), upto_(terms_) {
    terms_[0] = upto_[0] = 0;
    for (std::size_t i = 1; i <= callers_; ++i) {
      if (elsewhere > 0) terms_[i] = terms_[i - 1] + maths::log(elsewhere / static_cast<double>(i));
      const double larger = std::max(upto_[i - 1], terms_[i]);
      upto_[i] = larger + maths::log(maths::exp(upto_[i - 1] - larger) + maths::exp(terms_[i] - larger));
    }
    for (std::size_t k = 0; k <= callers_; ++k) {
      for (std::size_t j = 0; j + k <= callers_ && at_replicas[k] > 0; ++j)
        largest_ = std::max(largest_, power(k) + terms_[j]);
    }
    const double all = of_all(at_replicas, callers_);
    const double but_one = of_all(at_replicas, callers_ - 1);
    constexpr double kFullest = 1 - 1e-7;
    const double next = all >= kFullest * but_one ? kFullest : all / but_one;
    outside_ = all > 0 ? next / (1 - next) : 0;
  }
  // With places for so many.
  double weight(std::size_t at_replicas, std::size_t most) const {
    if (at_replicas > most) return 0;
    const std::size_t left = most - at_replicas;
    return maths::exp(power(at_replicas) + upto_[left] - largest_) + outside_ * term(at_replicas, left);
  }

 private:
  static constexpr double kNever = 1e30;
  double power(std::size_t k) const { return static_cast<double>(k) * log_load_; }
  double term(std::size_t k, std::size_t j) const { return maths::exp(power(k) + terms_[j] - largest_); }
  double of_all(const Weights& at_replicas, std::size_t under_way) const {
    double sum = 0;
    for (std::size_t k = 0; k <= under_way && at_replicas[k] > 0; ++k) sum += at_replicas[k] * term(k, under_way - k);
    return sum;
  }

  std::size_t callers_;
  double log_load_;
  Weights terms_;  // logarithms, by how many are elsewhere,
  Weights upto_;   // and of their sums up to there
  double largest_ = -kNever;
  double outside_ = 0;  // of the time in which all are under way, beyond that in which nobody waits outside
};

// The same of callers in several groups: what comes is for one of these by chance, and comes if that has a caller who
// is not under way.
class Grouped {
 public:
  Grouped(double load, double elsewhere, std::size_t callers, std::int64_t groups)
      : elsewhere_(callers + 1, 0), under_way_(callers + 1, 0), come_(callers + 1, 0) {
    const auto all = static_cast<double>(callers);
    const double each = std::max(1.0, maths::floor(all / static_cast<double>(groups) + 0.5));
    elsewhere_[0] = 1;
    std::vector<double> logs(callers + 1, 0);
    for (std::size_t n = 0; n <= callers; ++n) {
      double full = 1;
      for (double taken = 0; taken < each; taken += 1) {
        full *= std::max(0.0, (static_cast<double>(n) - taken) / (all - taken));
      }
      come_[n] = n < callers ? 1 - full : 0;
      if (n == callers) break;
      elsewhere_[n + 1] = elsewhere_[n] * elsewhere / static_cast<double>(n + 1);
      logs[n + 1] = logs[n] + maths::log(load * std::max(1e-12, come_[n]));
    }
    const double largest = *std::ranges::max_element(logs);
    for (std::size_t n = 0; n <= callers; ++n) under_way_[n] = maths::exp(logs[n] - largest);
  }
  double stays(std::size_t at_replicas) const {
    double sum = 0;
    for (std::size_t n = at_replicas; n < under_way_.size(); ++n) sum += elsewhere_[n - at_replicas] * under_way_[n];
    return sum;
  }
  double comes(std::size_t at_replicas) const {
    double sum = 0;
    for (std::size_t n = at_replicas; n < under_way_.size(); ++n)
      sum += elsewhere_[n - at_replicas] * under_way_[n] * come_[n];
    return sum;
  }

 private:
  std::vector<double> elsewhere_;  // weights by how many are elsewhere, but for the load's power,
  std::vector<double> under_way_;  // and by how many are under way
  std::vector<double> come_;       // of what comes, while so many are
};

}  // namespace

std::int64_t in_eighths(double times) {
  constexpr std::int64_t kMost = 1024;
  if (8 * times < 1) return 0;
  std::int64_t step = 1;
  while (step < kMost && static_cast<double>(2 * step) <= 8 * times) step *= 2;
  return step;
}

FewCallers few_callers(std::int64_t workers, std::int64_t places, double load, std::int64_t callers,
                       std::int64_t replicas, double elsewhere, std::int64_t groups) {
  const auto count = static_cast<std::size_t>(callers);
  const Weights here = of_one(workers, places, count);
  const Weights others = of_several(here, replicas - 1);
  Weights stays(count + 1, 0);
  Weights comes(count + 1, 0);  // while one more can come, in units of the load
  const double at_others = elsewhere * static_cast<double>(replicas);
  if (groups > 1 && count > 1) {
    const Grouped under_way(load, at_others, count, groups);
    for (std::size_t k = 0; k <= count; ++k) stays[k] = under_way.stays(k);
    for (std::size_t k = 0; k < count; ++k) comes[k] = under_way.comes(k);
  } else {
    const UnderWay under_way(load, load * at_others, together(here, others));
    for (std::size_t k = 0; k <= count; ++k) stays[k] = under_way.weight(k, count);
    for (std::size_t k = 0; k < count; ++k) comes[k] = under_way.weight(k, count - 1);
  }
  double total = 0, first = 0, second = 0, full = 0, accepted = 0, waiting = 0, waiting_first = 0, waiting_second = 0;
  for (std::size_t n = 0; n <= count && here[n] > 0; ++n) {
    double states = 0;
    double come = 0;
    for (std::size_t m = 0; n + m <= count && others[m] > 0; ++m) {
      states += here[n] * others[m] * stays[n + m];
      come += here[n] * others[m] * comes[n + m];
    }
    const auto k = static_cast<double>(n);
    total += states;
    first += k * states;
    second += k * k * states;
    if (static_cast<std::int64_t>(n) >= places) {
      full += come;
      continue;
    }
    accepted += come;
    if (static_cast<std::int64_t>(n) < workers) continue;
    const double j = k - static_cast<double>(workers) + 1;
    waiting += come;
    waiting_first += j * come;
    waiting_second += j * j * come;
  }
  FewCallers out;
  StationPoint& p = out.point;
  out.offered = load * (accepted + full) / total;
  p.occupancy = first / total;
  p.blocking = accepted + full > 0 ? full / (accepted + full) : 0;
  p.busy = load * accepted / total;
  p.variance = std::max(0.0, second / total - p.occupancy * p.occupancy);
  p.wait_mean = p.wait_variance = 1;
  if (waiting > 0) {
    p.waits = waiting / accepted;
    p.wait_mean = waiting_first / waiting;
    p.wait_variance = p.wait_mean + std::max(0.0, waiting_second / waiting - p.wait_mean * p.wait_mean);
  }
  return out;
}

double few_wait_longer(double waited, double room, double taken) {
  const double longer = maths::pow(waited, (room + 1) / (room + 1 + 2 * waited));
  return longer / (1 - taken + taken * longer);
}

}  // namespace firedrill::fake_services
