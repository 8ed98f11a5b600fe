#include "fake_services/traffic/stations/pool_wait.h"

#include <algorithm>
#include <vector>

#include "base/maths.h"
#include "fake_services/traffic/stations/few_callers.h"

namespace firedrill::fake_services {
namespace {

constexpr double kLeastCells = 16;
constexpr double kMostCells = 96;
constexpr double kCell = 0.5;  // of the mean time between two calls that end while all connections are taken
constexpr double kLeastCell = 0.1;
constexpr double kInCell = 0.8;      // callers that may come in the time of one
constexpr double kUntilNext = 0.35;  // of what a call adds to the wait, that goes until the next connection is free
constexpr double kMostAsked = 8;     // times what all callers together can ask for
constexpr double kNearlyAlways = 1 - 1e-7;

// Who comes how fast while so many wait for a connection or have one: those who do neither, and of these no more than
// there is something to do for (few_callers.h: the rest of a closed network, as one station).
class Callers {
 public:
  Callers(std::int64_t connections, const PoolLoad& load);
  double below(std::int64_t n) const { return countless_ ? load_->arrivals : rates_[static_cast<std::size_t>(n)]; }
  // Where whoever comes would wait so long: those who wait came in as long a time.
  double at_wait(double seconds) const;

 private:
  void take(double asked);
  double mean_rate() const;

  const PoolLoad* load_;
  std::size_t connections_;
  double all_;
  bool countless_;
  std::vector<double> rates_;    // by how many have a connection or wait
  std::vector<double> patient_;  // by how many wait: the chance that as many connections come free in a patience
  std::vector<double> elsewhere_, upto_;
};

Callers::Callers(std::int64_t connections, const PoolLoad& load)
    : load_(&load),
      connections_(static_cast<std::size_t>(connections)),
      all_(std::max(load.population, load.callers)),
      countless_(all_ > static_cast<double>(kManyCallers)) {
  if (countless_) return;
  const auto all = static_cast<std::size_t>(all_);
  rates_.resize(all + 1);
  elsewhere_.resize(all + 1);
  upto_.resize(all + 1);
  const double free = load.patience_s * static_cast<double>(connections) / load.holding_s;
  double number = maths::exp(-free);
  double fewer = 0;
  for (std::size_t j = 0; j <= all - connections_; ++j) {
    patient_.push_back(std::max(1e-12, 1 - fewer));
    fewer += number;
    number *= free / static_cast<double>(j + 1);
  }
  // So many ask for a connection that as many come as do.
  const double most = kMostAsked * all_ / (load.holding_s + load.elsewhere_s);
  double low = std::min(most, load.arrivals);
  double high = low;
  for (int round = 0; round < 6; ++round) {
    take(high);
    if (mean_rate() >= load.arrivals) break;
    low = high;
    high = std::min(most, 2 * high);
  }
  for (int round = 0; round < 20 && high > low; ++round) {
    const double middle = (low + high) / 2;
    take(middle);
    (mean_rate() < load.arrivals ? low : high) = middle;
  }
}

void Callers::take(double asked) {
  const std::size_t all = rates_.size() - 1;
  elsewhere_[0] = upto_[0] = 1;
  for (std::size_t i = 1; i <= all; ++i) {
    elsewhere_[i] = elsewhere_[i - 1] * asked * load_->elsewhere_s / static_cast<double>(i);
    upto_[i] = upto_[i - 1] + elsewhere_[i];
  }
  // How much longer all are under way by what waits until one of them has time for it.
  double here = 1;
  double with_all = 0;
  double with_one_less = 0;
  for (std::size_t n = 0; n <= all; ++n) {
    const double weight = here * (n > connections_ ? patient_[n - connections_] : 1);
    with_all += weight * elsewhere_[all - n];
    if (n < all) with_one_less += weight * elsewhere_[all - 1 - n];
    here *= asked * load_->holding_s / static_cast<double>(std::min(n + 1, connections_));
  }
  const double next = std::min(kNearlyAlways, with_one_less > 0 ? with_all / with_one_less : 1);
  const double outside = next / (1 - next);
  for (std::size_t n = 0; n < all; ++n) {
    rates_[n] = asked * (upto_[all - 1 - n] + outside * elsewhere_[all - 1 - n]) /
                (upto_[all - n] + outside * elsewhere_[all - n]);
  }
  // All others are elsewhere for now, or wait to come to this replica.
  std::fill(rates_.begin() + static_cast<std::ptrdiff_t>(load_->population), rates_.end(), 0.0);
}

double Callers::mean_rate() const {
  double total = 0;
  double rate = 0;
  double weight = 1;
  for (std::size_t n = 0; n < rates_.size(); ++n) {
    const double share = weight * (n > connections_ ? patient_[n - connections_] : 1);
    total += share;
    rate += share * rates_[n];
    weight *= rates_[n] * load_->holding_s / static_cast<double>(std::min(n + 1, connections_));
  }
  return rate / total;
}

double Callers::at_wait(double seconds) const {
  if (countless_) return load_->arrivals;
  double weight = 1;
  double sum = 0;
  double rate = 0;
  for (std::size_t n = connections_; n < rates_.size() && weight > 1e-9 * sum; ++n) {
    sum += weight;
    rate += weight * rates_[n];
    weight *= rates_[n] * seconds / static_cast<double>(n - connections_ + 1);
  }
  return rate / sum;
}

double power(double x, std::int64_t n) {
  double out = 1;
  for (; n > 0; n /= 2, x *= x) {
    if (n % 2 == 1) out *= x;
  }
  return out;
}

// What is looked at: waits up to `longest`, in cells.
struct Cells {
  double longest_s = 0;
  std::size_t count = 0;
  double width_s() const { return longest_s / static_cast<double>(count); }
};

// Cells are wide enough for all waits that there are, and narrow against what a call adds.
Cells cells_of(std::int64_t connections, const PoolLoad& load) {
  const double turn = load.holding_s / static_cast<double>(connections);
  double width = std::clamp(kInCell / load.arrivals, kLeastCell * turn, kCell * turn);
  if (load.population <= static_cast<double>(kManyCallers)) {
    // As long as all would take that can wait, and half as long again.
    width = std::max(width, 1.5 * turn * (load.population - static_cast<double>(connections)) / kMostCells);
  }
  const double longest = std::min(load.patience_s, kMostCells * width);
  return {longest, static_cast<std::size_t>(std::clamp(maths::ceil(longest / width), kLeastCells, kMostCells))};
}

// Shares of time by what whoever comes would wait.
class Waits {
 public:
  Waits(std::int64_t connections, const PoolLoad& load, const Times& left, Cells cells);
  PoolState state() const;

 private:
  void begin(const Times& left, const Callers& callers);
  void go_on(const Callers& callers);

  std::int64_t connections_;
  const PoolLoad* load_;
  Cells cells_;
  double turn_s_;
  std::vector<double> ended_;   // of what a call adds to the wait, what lies below the middle of a cell, integrated
  std::vector<double> shares_;  // by cell
  std::vector<double> come_;    // by cell: callers a second
  double free_ = 0;             // a connection is free,
  double come_free_ = 0;        // and so many come meanwhile
  double beyond_ = 0;           // beyond the longest wait
  double come_beyond_ = 0;
};

Waits::Waits(std::int64_t connections, const PoolLoad& load, const Times& left, Cells cells)
    : connections_(connections),
      load_(&load),
      cells_(cells),
      turn_s_(load.holding_s / static_cast<double>(connections)) {
  const Callers callers(connections, load);
  begin(left, callers);
  go_on(callers);
}

// A connection is free, until the last one is taken.
void Waits::begin(const Times& left, const Callers& callers) {
  double share = 1;
  for (std::int64_t n = 0; n < connections_; ++n) {
    free_ += share;
    come_free_ += share * callers.below(n);
    if (n + 1 < connections_) share *= callers.below(n) * load_->holding_s / static_cast<double>(n + 1);
  }
  const double taken = share * callers.below(connections_ - 1) * turn_s_;
  const std::size_t count = cells_.count;
  const double width = cells_.width_s();
  std::vector<double> halves(2 * count);  // of the law of what is left: middles and ends of cells,
  std::vector<double> even(count);        // and middles of cells in an even share
  for (std::size_t i = 0; i < halves.size(); ++i) halves[i] = width * static_cast<double>(i + 1) / 2;
  for (std::size_t i = 0; i < count; ++i)
    even[i] = static_cast<double>(connections_) * width * (static_cast<double>(i) + 0.5);
  left.cdf(std::vector<double>(halves), halves.data());
  left.cdf(std::vector<double>(even), even.data());
  shares_.resize(count);
  ended_.resize(count);
  double before = 1;
  for (std::size_t i = 0; i < count; ++i) {
    const double none = power(1 - halves[2 * i + 1], connections_);
    shares_[i] = taken * (before - none);
    before = none;
    ended_[i] = turn_s_ * ((1 - kUntilNext) * even[i] + kUntilNext * (1 - power(1 - halves[2 * i], connections_)));
  }
  beyond_ = taken * before;
}

// By those who join.
void Waits::go_on(const Callers& callers) {
  const std::size_t count = cells_.count;
  std::vector<double> adds(count);  // to a cell so far behind that of whoever joins
  adds[0] = ended_[0];
  for (std::size_t i = 1; i < count; ++i) adds[i] = ended_[i] - ended_[i - 1];
  come_.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    double share = shares_[i];
    for (std::size_t k = 0; k < i; ++k) share += come_[k] * adds[i - k];
    const double rate = std::min(kInCell / adds[0], callers.at_wait(cells_.width_s() * (static_cast<double>(i) + 0.5)));
    shares_[i] = share / (1 - rate * adds[0]);
    come_[i] = rate * shares_[i];
    beyond_ += come_[i] * (turn_s_ - ended_[count - 1 - i]);
  }
  come_beyond_ = callers.at_wait(cells_.longest_s) * beyond_;
}

// The decline of a density up to `longest` with that mean.
double decline_of(double mean, double longest) {
  const auto mean_at = [&](double x) {  // in parts of the longest
    if (x < 1e-3 && x > -1e-3) return 0.5 - x / 12;
    return 1 / x - 1 / maths::expm1(x);
  };
  const double wanted = std::clamp(mean / longest, 1e-3, 1 - 1e-3);
  double low = -1000;
  double high = 1000;
  for (int round = 0; round < 40; ++round) {
    const double middle = (low + high) / 2;
    (mean_at(middle) > wanted ? low : high) = middle;
  }
  return (low + high) / 2 / longest;
}

PoolState Waits::state() const {
  double come = 0, first = 0, second = 0;
  for (std::size_t i = 0; i < cells_.count; ++i) {
    const double wait = cells_.width_s() * (static_cast<double>(i) + 0.5);
    come += come_[i];
    first += come_[i] * wait;
    second += come_[i] * wait * wait;
  }
  const bool patient = cells_.longest_s < load_->patience_s;  // hardly anyone waits for longer
  const double all = come_free_ + come + come_beyond_;
  PoolState state;
  state.gives_up = patient ? 0 : std::clamp(come_beyond_ / all, 0.0, 1.0);
  const double served = come_free_ + come + (patient ? come_beyond_ : 0);
  state.longest_s = cells_.longest_s;
  state.at_longest = patient ? come_beyond_ / served : 0;
  state.waits = std::min(1.0, come / served + state.at_longest);
  first += patient ? come_beyond_ * cells_.longest_s : 0;
  second += patient ? come_beyond_ * cells_.longest_s * cells_.longest_s : 0;
  const double mean = first / served;
  state.wait = {mean, std::max(0.0, second / served - mean * mean)};
  state.decline =
      come > 0 ? decline_of((first / served - state.at_longest * cells_.longest_s) * served / come, cells_.longest_s)
               : 0;
  return state;
}

}  // namespace

bool can_follow(std::int64_t connections, const PoolLoad& load) {
  const Cells cells = cells_of(connections, load);
  if (cells.longest_s >= load.patience_s) return true;
  if (load.population <= static_cast<double>(kManyCallers)) return true;
  // Whether hardly anyone would wait for longer.
  constexpr double kHardlyAny = 7;
  const double declines =
      (static_cast<double>(connections) / load.holding_s - load.arrivals) * 2 / (1 + load.holding_variation);
  return declines * cells.longest_s > kHardlyAny;
}

PoolState wait_for_connection(std::int64_t connections, const PoolLoad& load, const Times& left) {
  constexpr double kHardlyAny = 1e-3;
  Cells cells = cells_of(connections, load);
  // A few calls that take very long are waited for to the end of a patience, and short waits need not be told apart.
  const double slow = 1 - left.cdf(cells.longest_s * static_cast<double>(connections));
  if (cells.longest_s < load.patience_s && slow > kHardlyAny) cells = {load.patience_s, cells.count};
  return Waits(connections, load, left, cells).state();
}

}  // namespace firedrill::fake_services
