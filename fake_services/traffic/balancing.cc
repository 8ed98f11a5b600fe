#include "fake_services/traffic/balancing.h"

#include <array>
#include <cstdint>

#include "base/maths.h"

namespace firedrill::fake_services {
namespace {

constexpr double kShortest = 1e-5;  // seconds; who owes for less owes nothing
constexpr double kMany = 40;        // owed by each, from where on counts are level
constexpr double kStill = 1e-5;     // change of a share in a round
constexpr int kRounds = 200;

// Gauss and Legendre's places and weights for integrals from 0 to 1, exact up to the 15th power.
struct Node {
  double x;
  double weight;
};
constexpr std::array<Node, 8> kNodes = {{{0.0198550718, 0.0506142681},
                                         {0.1016667613, 0.1111905172},
                                         {0.2372337950, 0.1568533229},
                                         {0.4082826788, 0.1813418917},
                                         {0.5917173212, 0.1813418917},
                                         {0.7627662050, 0.1568533229},
                                         {0.8983332387, 0.1111905172},
                                         {0.9801449282, 0.0506142681}}};

double power(double x, double n) {
  double out = 1;
  auto left = static_cast<std::uint64_t>(n);
  for (double factor = x; left > 0; left /= 2, factor *= factor) {
    if (left % 2 == 1) out *= factor;
  }
  return out;
}

// How long a sender waits for each of those that it is owed, where so many requests are there in all: their workers
// are shared among all of them.
double owed_for_s(const Alike& kind, double owed, double all) {
  const double alone_s = std::max(kShortest, kind.owes_s);
  if (kind.works_s <= 0 || all <= kind.workers) return alone_s;
  // Of the others there are whole numbers.
  const double low = owed + maths::floor(all - owed);
  const double part = all - low;
  const double served = (1 - part) * std::min(1.0, kind.workers / low) + part * std::min(1.0, kind.workers / (low + 1));
  return std::min(kind.patience_s, alone_s + kind.works_s * (1 / served - 1));
}

// The number owed by all replicas alike at which they answer as much as is sent.
double level_of(double rate, double senders, std::span<const Alike> kinds) {
  const auto answered = [&](double level) {
    double sum = 0;
    for (const Alike& kind : kinds) {
      if (senders * level >= kind.room) return Alike::kAny;
      sum += kind.replicas * level / owed_for_s(kind, level, senders * level);
    }
    return sum;
  };
  double low = 0;
  double high = 1;
  while (high < 1e6 && answered(high) < rate) {
    low = high;
    high *= 2;
  }
  for (int i = 0; i < 12; ++i) {
    const double middle = (low + high) / 2;
    (answered(middle) < rate ? low : high) = middle;
  }
  return high;
}

void even_out(std::span<const Alike> kinds, std::vector<double>& drawn) {
  double replicas = 0;
  double sum = 0;
  for (std::size_t j = 0; j < kinds.size(); ++j) {
    replicas += kinds[j].replicas;
    sum += kinds[j].replicas * drawn[j];
  }
  for (double& d : drawn) d = sum > 0 ? d * replicas / sum : 1;
}

}  // namespace

void LeastRequests::begin(double level, std::span<const Alike> kinds) {
  const auto most = static_cast<std::size_t>(level + 6 * maths::sqrt(level) + 8);
  if (owed_.size() == kinds.size() && most <= most_ && 4 * most >= most_) return;
  most_ = most + most / 4;
  owed_.assign(kinds.size(), std::vector<double>(most_ + 1, 0));
  at_least_.assign(kinds.size(), std::vector<double>(most_ + 2, 0));
  for (auto& owed : owed_) owed[std::min(most_, static_cast<std::size_t>(level))] = 1;
}

void LeastRequests::spread(double rate, double senders, std::span<const Alike> kinds, std::vector<double>& drawn) {
  drawn.assign(kinds.size(), 1);
  if (kinds.size() < 2 || rate <= 0) return;
  const double level = level_of(rate, senders, kinds);
  if (level > kMany) {
    for (std::size_t j = 0; j < kinds.size(); ++j) drawn[j] = level / owed_for_s(kinds[j], level, senders * level);
    return even_out(kinds, drawn);
  }
  begin(level, kinds);
  for (int round = 0; round < kRounds; ++round) {
    if (improve(rate, senders, kinds, drawn) < kStill) break;
  }
  even_out(kinds, drawn);
}

// One replica of each kind among all the others as they are now. Returns how much that changed them.
double LeastRequests::improve(double rate, double senders, std::span<const Alike> kinds, std::vector<double>& drawn) {
  for (std::size_t j = 0; j < kinds.size(); ++j) {
    for (std::size_t n = most_ + 1; n-- > 0;) at_least_[j][n] = at_least_[j][n + 1] + owed_[j][n];
  }
  double change = 0;
  for (std::size_t j = 0; j < kinds.size(); ++j) {
    chosen_.assign(most_ + 1, 0);
    for (std::size_t n = 0; n <= most_; ++n) {
      if (at_least_[j][n] <= 0 && n > 0) break;
      // All others owe as much or more; of those that owe as much, one is chosen by chance.
      for (const Node& node : kNodes) {
        double all = node.weight;
        for (std::size_t i = 0; i < kinds.size(); ++i) {
          const double others = kinds[i].replicas - (i == j ? 1 : 0);
          all *= power((1 - node.x) * at_least_[i][n + 1] + node.x * at_least_[i][n], others);
        }
        chosen_[n] += all;
      }
    }
    next_.assign(most_ + 1, 0);
    next_[0] = 1;
    double sum = 1;
    double mean = 0;
    for (std::size_t n = 1; n <= most_; ++n) mean += at_least_[j][n];
    const double others = (senders - 1) * mean;
    for (std::size_t n = 0; n < most_; ++n) {
      const auto owed = static_cast<double>(n + 1);
      // Where there is no more room, who comes is turned away at once.
      const double taken_in = std::clamp(kinds[j].room - (owed - 1 + others), 0.0, 1.0);
      next_[n + 1] = next_[n] * rate * chosen_[n] * taken_in * owed_for_s(kinds[j], owed, owed + others) / owed;
      sum += next_[n + 1];
      if (sum > 1e200) {
        for (std::size_t i = 0; i <= n + 1; ++i) next_[i] /= sum;
        sum = 1;
      }
    }
    drawn[j] = 0;
    for (std::size_t n = 0; n <= most_; ++n) {
      const double share = next_[n] / sum;
      drawn[j] += share * chosen_[n];
      change = std::max(change, maths::abs(share - owed_[j][n]));
      owed_[j][n] = (owed_[j][n] + share) / 2;
    }
  }
  return change;
}

}  // namespace firedrill::fake_services
