#include "fake_services/traffic/stations/balanced_station.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/maths.h"
#include "fake_services/traffic/stations/few_callers.h"

namespace firedrill::fake_services {
namespace {

constexpr std::int64_t kMostPlaces = 20000;  // of a queue that is computed state by state
constexpr std::int64_t kMostPhases = 8;      // of what comes in turn: more is hardly more regular
constexpr double kManySenders = 120;         // from where on what they send together comes at random
constexpr double kRescaleAbove = 1e200;
// The waits of those that join the shortest of n queues, against one queue for all (Nelson and Philips 1989).
constexpr double kLongerByReplica = 0.125;
constexpr double kLongest = 1.5;

// The number just below or above, in steps of about a third.
std::int64_t rounded(double x) {
  constexpr std::array<std::int64_t, 16> kSteps = {1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 21, 28, 37, 50, 70, 100};
  for (std::size_t i = 0; i + 1 < kSteps.size(); ++i) {
    if (x < static_cast<double>(kSteps[i] + kSteps[i + 1]) / 2) return kSteps[i];
  }
  return kSteps.back();
}

// Of what senders send together, the share that is as of a single one; the rest is as by chance. In the long run, which
// decides how long queues are, they are more regular than from one request to the next.
double regular_share(const Arrivals& arrivals) {
  const double lasting = arrivals.policy == LoadBalancing::round_robin ? 30 : 18;
  return 1 / (1 + static_cast<double>(arrivals.senders - 1) / lasting);
}
double regular_at_once(const Arrivals& arrivals) {
  return 1 / (1 + static_cast<double>(arrivals.senders - 1) / 6);
}

// E_n/M/c/K, work of one second. The arrival that is the n-th of a Poisson stream is admitted: a state is a number in
// the system and how many of the stream have come since. One more comes only from the last phase and leads to the
// first, so that the way back from each level is one distribution over phases, from the full level down, and the levels
// follow from it from the empty one up. Nothing is subtracted.
class InTurn {
 public:
  InTurn(std::int64_t workers, std::int64_t places, double load, std::int64_t phases)
      : workers_(workers),
        places_(places),
        phases_(static_cast<std::size_t>(phases)),
        stream_(load * static_cast<double>(phases)),
        back_(static_cast<std::size_t>(places + 1) * phases_, 0),
        runs_(phases_, 0) {}

  StationPoint solve();

 private:
  double served(std::int64_t level) const { return static_cast<double>(std::min(level, workers_)); }
  double* back(std::int64_t level) { return back_.data() + static_cast<std::size_t>(level) * phases_; }
  void fall_back();
  // Visits of the phases by those who come back from above, and the chance that they are served before one more comes.
  double come_back(std::int64_t level);

  std::int64_t workers_;
  std::int64_t places_;
  std::size_t phases_;
  double stream_;
  std::vector<double> back_;  // by level and phase: where those who rise to the level come back to below it
  std::vector<double> runs_;
};

double InTurn::come_back(std::int64_t level) {
  const double on = stream_ / (stream_ + served(level));
  const double* from = back(level + 1);
  double run = 0;
  double leaves = 0;
  for (std::size_t i = 0; i < phases_; ++i) {
    run = run * on + from[i];
    runs_[i] = run;
    leaves += (1 - on) * run;
  }
  return leaves;
}

void InTurn::fall_back() {
  for (std::int64_t level = places_; level > 0; --level) {
    const double on = stream_ / (stream_ + served(level));
    double* to = back(level);
    double first = 1;  // powers of `on`
    if (level == places_) {
      double sum = 0;
      for (std::size_t i = 0; i < phases_; ++i, first *= on) sum += first;
      first = 1;
      for (std::size_t i = 0; i < phases_; ++i, first *= on) to[i] = first / sum;
      continue;
    }
    const double leaves = come_back(level);
    double rises = 1;
    for (std::size_t i = 0; i < phases_; ++i) rises *= on;
    for (std::size_t i = 0; i < phases_; ++i, first *= on) {
      to[i] = (1 - on) * (first + (leaves > 0 ? rises * runs_[i] / leaves : 0));
    }
  }
}

StationPoint InTurn::solve() {
  fall_back();
  double total = 0, first = 0, second = 0, full = 0, accepted = 0, waiting = 0, waiting_first = 0, waiting_second = 0;
  double rising = 1;  // a second, from the level below
  for (std::int64_t level = 0; level <= places_; ++level) {
    const double out = stream_ + served(level);
    const double on = stream_ / out;
    double returns = 1;
    std::ranges::fill(runs_, 0.0);
    if (level == places_) {
      double sum = 0;
      double step = 1;
      for (std::size_t i = 0; i < phases_; ++i, step *= on) sum += step;
      rising /= (1 - on) * sum;  // who is turned away begins anew
      returns = 0;
    } else {
      const double leaves = come_back(level);
      double rises = 1;
      for (std::size_t i = 0; i < phases_; ++i) rises *= on;
      returns = level == 0 ? 1 : rising * rises / std::max(1e-300, leaves);
    }
    double step = level == 0 ? 0 : rising;
    double states = 0;
    double last = 0;
    for (std::size_t i = 0; i < phases_; ++i, step *= on) {
      last = (step + returns * runs_[i]) / out;
      states += last;
    }
    const double n = static_cast<double>(level);
    const double come = stream_ * last;
    total += states;
    first += n * states;
    second += n * n * states;
    (level == places_ ? full : accepted) += come;
    if (level >= workers_ && level < places_) {
      const double j = static_cast<double>(level - workers_ + 1);
      waiting += come;
      waiting_first += j * come;
      waiting_second += j * j * come;
    }
    rising = returns;
    if (rising > kRescaleAbove) {
      for (double* sum :
           {&total, &first, &second, &full, &accepted, &waiting, &waiting_first, &waiting_second, &rising})
        *sum /= kRescaleAbove;
    }
  }
  StationPoint p;
  p.occupancy = first / total;
  p.blocking = full / (full + accepted);
  p.busy = stream_ / static_cast<double>(phases_) * accepted / (full + accepted);
  p.variance = std::max(0.0, second / total - p.occupancy * p.occupancy);
  p.wait_mean = p.wait_variance = 1;
  if (waiting > 0) {
    p.waits = waiting / accepted;
    p.wait_mean = waiting_first / waiting;
    p.wait_variance = p.wait_mean + std::max(0.0, waiting_second / waiting - p.wait_mean * p.wait_mean);
  }
  return p;
}

// An n-th of one queue for all. Units of waits are of one replica's S/c.
StationPoint shared_queue(std::int64_t workers, std::int64_t places, double load, std::int64_t replicas) {
  const double n = static_cast<double>(replicas);
  const StationPoint all = exact_station(workers * replicas, places * replicas, load * n);
  const double longer = std::min(kLongest, 1 + kLongerByReplica * (n - 1));
  StationPoint p = all;
  p.busy = all.busy / n;
  const double room = static_cast<double>(places - workers);
  const double queue = std::max(0.0, all.occupancy - all.busy) / n;
  p.occupancy = p.busy + (room > 0 ? queue * (1 + (longer - 1) * std::max(0.0, 1 - queue / room)) : 0);
  p.wait_mean = all.wait_mean / n * longer;
  p.wait_variance = all.wait_variance / (n * n) * longer * longer;
  p.variance = all.variance / n;
  return p;
}

double between(double a, double b, double share) {
  return a + (b - a) * share;
}

double ratio(double a, double b) {
  return b > 0 ? a / b : 1;
}

// What few callers make of chance, times what the way in which they choose makes of it at the load that they bring.
StationPoint balanced_among_few(std::int64_t workers, std::int64_t places, double load, const Arrivals& arrivals) {
  const FewCallers few = few_callers(workers, places, load, arrivals.callers, arrivals.among,
                                     static_cast<double>(arrivals.elsewhere) / 8, arrivals.groups);
  if (arrivals.policy == LoadBalancing::random) return few.point;
  Arrivals countless = arrivals;
  countless.callers = 0;
  const StationPoint random = exact_station(workers, places, few.offered);
  const StationPoint chosen = balanced_station(workers, places, few.offered, countless);
  StationPoint p = few.point;
  p.blocking = std::min(1.0, p.blocking * std::min(1.0, ratio(chosen.blocking, random.blocking)));
  p.busy = std::min(few.offered * (1 - p.blocking), static_cast<double>(workers));
  const double queue = std::max(0.0, few.point.occupancy - few.point.busy);
  p.occupancy = p.busy + queue * std::min(1.0, ratio(chosen.occupancy - chosen.busy, random.occupancy - random.busy));
  p.waits *= std::min(1.0, ratio(chosen.waits, random.waits));
  const double shorter = std::min(1.0, ratio(chosen.wait_mean, random.wait_mean));
  p.wait_mean *= shorter;
  p.wait_variance *= std::min(1.0, ratio(chosen.wait_variance, random.wait_variance));
  return p;
}

}  // namespace

Arrivals arrivals_like(LoadBalancing policy, double replicas, double senders, std::int64_t places) {
  Arrivals a{policy, rounded(replicas), rounded(senders)};
  if (policy == LoadBalancing::round_robin) a.replicas = std::min(a.replicas, kMostPhases);
  a.replicas = std::min(a.replicas, kMostPlaces / std::max<std::int64_t>(1, places));
  return a.replicas < 2 || senders > kManySenders ? Arrivals{} : a;
}

StationPoint balanced_station(std::int64_t workers, std::int64_t places, double load, const Arrivals& arrivals) {
  if (arrivals.callers > 0 && places > 0) return balanced_among_few(workers, places, load, arrivals);
  const StationPoint random = exact_station(workers, places, load, static_cast<double>(arrivals.beyond) / 8);
  if (arrivals.policy == LoadBalancing::random || places <= 0) return random;
  const StationPoint one = arrivals.policy == LoadBalancing::round_robin
                               ? InTurn(workers, places, load, arrivals.replicas).solve()
                               : shared_queue(workers, places, load, arrivals.replicas);
  const double share = regular_share(arrivals);
  StationPoint p;
  p.occupancy = between(random.occupancy, one.occupancy, share);
  p.blocking = between(random.blocking, one.blocking, share);
  p.busy = between(random.busy, one.busy, share);
  p.waits = between(random.waits, one.waits, regular_at_once(arrivals));
  const double waited = between(random.waits * random.wait_mean, one.waits * one.wait_mean, share);
  p.wait_mean = p.waits > 0 ? waited / p.waits : 1;
  p.wait_variance = between(random.wait_variance, one.wait_variance, share);
  p.variance = between(random.variance, one.variance, share);
  return p;
}

namespace {

// What waits where work does not vary, against exponential work (Cosmetatos 1975): half as much in long queues; of few
// that wait, for the first of so many that come free.
double waits_of_steady(double servers, double use) {
  const double longer =
      use > 0 ? (1 - use) * (servers - 1) * (maths::sqrt(4 + 5 * servers) - 2) / (16 * servers * use) : kLongest;
  return std::min((1 + std::max(0.0, longer)) / 2, servers / (servers + 1));
}

}  // namespace

SteadyWork steady_in_turn(std::int64_t workers, const Arrivals& arrivals, const StationPoint& in_turn,
                          const StationPoint& random, const StationPoint& all) {
  const double n = static_cast<double>(arrivals.replicas);
  const double c = static_cast<double>(workers);
  const double exponential = in_turn.waits * in_turn.wait_mean;
  if (arrivals.policy != LoadBalancing::round_robin || exponential <= 0) return {};
  const double waits = between(random.waits, all.waits, regular_at_once(arrivals));
  const double waited =
      between(random.waits * random.wait_mean * waits_of_steady(c, random.busy / c),
              all.waits * all.wait_mean / n * waits_of_steady(n * c, all.busy / (n * c)), regular_share(arrivals));
  return {std::min(1.0, waits / in_turn.waits), std::min(1.0, waited / exponential)};
}

double irregularity(const Arrivals& arrivals) {
  if (arrivals.policy != LoadBalancing::round_robin) return 1;
  return between(1, 1 / static_cast<double>(arrivals.replicas), regular_share(arrivals));
}

}  // namespace firedrill::fake_services
