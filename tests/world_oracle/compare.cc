#include "compare.h"

#include <algorithm>
#include <array>

#include "base/maths.h"
#include "base/text/format.h"
#include "flow_run.h"
#include "simulation.h"

namespace firedrill::world_oracle {
namespace {

constexpr double kErrors = 4.5;  // standard errors that a difference may have
constexpr double kRate = 0.02;   // of the rate
constexpr int kBatches = 20;
constexpr double kWarmUp = 20;                      // seconds
constexpr double kSettling = 60;                    // after the step
constexpr double kCalm = 1;                         // after the step
constexpr std::array kWindows = {2.0, 10.0, 30.0};  // seconds after the step, at which they end
constexpr std::array kQuantiles = {0.5, 0.95, 0.99};
constexpr double kAtom = 2e-3;  // relative width of the place at which times that hardly differ are one
constexpr std::size_t kEnoughTimes = 500;
// Utilisation up to which times and levels must be near, and up to which they must be nearly so.
constexpr double kEasy = 0.7;
constexpr double kBusy = 0.9;

struct Estimate {
  double sum = 0;
  double squares = 0;
  int n = 0;
  void add(double x) {
    sum += x;
    squares += x * x;
    ++n;
  }
  double mean() const { return n > 0 ? sum / n : 0; }
  double error() const { return n > 1 ? maths::sqrt(std::max(0.0, squares / n - mean() * mean()) / (n - 1)) : 0; }
};

// A mean over batches, with the larger of the errors that they and pairs of them have: batches may hang together.
struct Batched {
  Estimate single;
  Estimate pairs;
  double before = 0;
  void add(double x) {
    single.add(x);
    if (single.n % 2 == 0) pairs.add((x + before) / 2);
    before = x;
  }
  double mean() const { return single.mean(); }
  double error() const { return std::max(single.error(), pairs.error()); }
};

// One steady state, as simulated.
struct Steady {
  double seconds = 0;
  std::vector<Batched> rates;  // by counter, per second
  Places places;               // of each route below and above its quantiles
  std::vector<std::vector<Batched>> shares;
};

// Of the cores that a service may have, the share that its requests need.
double processor_use(const ServiceModel& m, const ServiceScene& scene, const Counters& layout, std::size_t s,
                     const std::vector<Batched>& rates) {
  if (m.spec.cpu_limit <= 0) return 0;
  double cores = 0;
  for (const TrafficConditions& c : scene.replicas) cores += c.ready ? m.spec.cpu_limit / c.replica.cpu_factor : 0;
  double done = 0;
  for (std::size_t slot = 0; slot < m.layout.slots; ++slot) done += rates[layout.response(s, slot)].mean();
  return cores > 0 ? std::min(1.0, done * m.cpu_per_request / cores) : 0;
}

std::vector<double> utilisations(const Scene& scene, const Counters& layout, const std::vector<ServiceScene>& scenes,
                                 const std::vector<Batched>& rates) {
  std::vector<double> use(scenes.size(), 0);
  for (auto it = scene.model.callers_first.rbegin(); it != scene.model.callers_first.rend(); ++it) {
    const std::size_t s = *it;
    const ServiceModel& m = scene.model.services[s];
    double workers = 0;
    for (const TrafficConditions& c : scenes[s].replicas) {
      const double all = static_cast<double>(m.workers) * c.replica.concurrency_factor;
      workers += c.ready ? std::max(1.0, maths::floor(all + 0.5)) : 0;
    }
    use[s] = workers > 0 ? rates[layout.busy(s)].mean() / workers : 1;
    use[s] = std::max(use[s], processor_use(m, scenes[s], layout, s, rates));
    for (std::size_t e = 0; e < m.edges.size(); ++e) {
      const std::size_t pool = layout.pool(s, e);
      use[s] = std::max({use[s], use[m.edges[e].callee], rates[pool].mean() / layout.entries[pool].full});
    }
  }
  return use;
}

std::string state_of(const std::string& phase, double use) {
  return phase + (use > kBusy ? ", beyond 90 %" : use > kEasy ? ", to 90 %" : ", to 70 %");
}

class Comparison {
 public:
  Comparison(const Scene& scene, std::uint64_t seed, Effort effort)
      : scene_(scene), seed_(seed), effort_(effort), layout_(scene.model) {}

  void run();
  std::vector<Disagreement> found;
  std::vector<std::pair<Disagreement, Difference>> differences;  // of everything, also of what agrees

 private:
  double steady_seconds() const;
  Steady simulate_steady(Simulation& simulation) const;
  void compare_steady(const Steady& steady, const std::vector<double>& flow, const Places& shares,
                      const std::vector<ServiceScene>& scenes, const std::string& phase);
  void compare_times(const Steady& steady, const Places& shares, std::size_t s, double use, const std::string& phase);
  void compare_step();
  void simulate_step(const std::vector<std::vector<double>>& flow, const FirstTimes& first);
  // What is counted until then.
  static std::vector<double> gone(FlowRun& flow, double until);
  void compare_first(const std::string& what, std::vector<double> simulated, double flow);
  // `whole`: what the two are held against to say how
  // far they are apart; `error`: what chance makes of it.
  void say(const Disagreement& about, double error, double whole) {
    if (whole <= 0) return;
    const double apart = maths::abs(about.simulated - about.by_flow);
    differences.push_back({about, {about.kind, about.state, std::max(0.0, apart - 2 * error) / whole}});
    if (apart > about.tolerance) found.push_back(about);
  }

  const Scene& scene_;
  std::uint64_t seed_;
  Effort effort_;
  Counters layout_;
};

double Comparison::steady_seconds() const {
  double rate = 0;
  for (const ServiceModel& m : scene_.model.services) {
    if (m.spec.traffic) rate += m.spec.traffic->requests_per_second;
  }
  return std::max(40.0, maths::ceil(effort_.requests / rate));
}

Steady Comparison::simulate_steady(Simulation& simulation) const {
  Steady steady;
  steady.seconds = steady_seconds();
  steady.rates.resize(layout_.entries.size());
  const std::size_t routes = layout_.route_names.size();
  std::vector<std::vector<std::size_t>> ends(routes, {0});
  simulation.forget_times();
  std::vector<double> before = simulation.sums();
  const double begin = simulation.now();
  for (int b = 1; b <= kBatches; ++b) {
    const double from = simulation.now();
    simulation.advance(begin + steady.seconds * b / kBatches);
    for (std::size_t i = 0; i < before.size(); ++i) {
      steady.rates[i].add((simulation.sums()[i] - before[i]) / (simulation.now() - from));
    }
    before = simulation.sums();
    for (std::size_t r = 0; r < routes; ++r) ends[r].push_back(simulation.times()[r].size());
  }
  steady.places.resize(routes);
  steady.shares.resize(routes);
  for (std::size_t r = 0; r < routes; ++r) {
    const std::vector<float>& times = simulation.times()[r];
    if (times.size() < kEnoughTimes) continue;
    std::vector<float> sorted = times;
    std::ranges::sort(sorted);
    for (const double q : kQuantiles) {
      const double x = sorted[static_cast<std::size_t>(q * static_cast<double>(sorted.size() - 1))];
      for (const double place : {x * (1 - kAtom), x * (1 + kAtom)}) {
        Batched share;
        for (int b = 0; b < kBatches; ++b) {
          const auto first = times.begin() + static_cast<std::ptrdiff_t>(ends[r][b]);
          const auto last = times.begin() + static_cast<std::ptrdiff_t>(ends[r][b + 1]);
          if (first == last) continue;
          const auto below = std::count_if(first, last, [&](float t) { return t <= place; });
          share.add(static_cast<double>(below) / static_cast<double>(last - first));
        }
        steady.places[r].push_back(place);
        steady.shares[r].push_back(share);
      }
    }
  }
  return steady;
}

void Comparison::compare_steady(const Steady& steady, const std::vector<double>& flow, const Places& shares,
                                const std::vector<ServiceScene>& scenes, const std::string& phase) {
  const std::vector<double> use = utilisations(scene_, layout_, scenes, steady.rates);
  for (std::size_t i = 0; i < layout_.entries.size(); ++i) {
    const Counters::Entry& entry = layout_.entries[i];
    const double mean = steady.rates[i].mean();
    const double error = steady.rates[i].error();
    const double larger = std::max(mean, flow[i]);
    const std::string state = state_of(phase, use[entry.service]);
    if (entry.what == Quantity::responses || entry.what == Quantity::failures) {
      const double chance = std::max(error, maths::sqrt(std::max(1.0, mean * steady.seconds)) / steady.seconds);
      say({"rates", phase, entry.name, mean, flow[i], std::max(kRate * mean, kErrors * chance), state}, chance, larger);
      continue;
    }
    if (use[entry.service] > kBusy) continue;
    const double share = use[entry.service] > kEasy ? 0.15 : 0.05;
    const double tolerance = std::max({share * mean, kErrors * error, 0.02});
    const char* kind = entry.what == Quantity::pool ? "pool" : "in flight";
    say({kind, phase, entry.name, mean, flow[i], tolerance, state}, error, larger);
  }
  for (std::size_t s = 0; s < use.size(); ++s) compare_times(steady, shares, s, use[s], phase);
}

void Comparison::compare_times(const Steady& steady, const Places& shares, std::size_t s, double use,
                               const std::string& phase) {
  if (use > kBusy) return;
  for (std::size_t r = layout_.first_route[s]; r < layout_.first_route[s + 1]; ++r) {
    for (std::size_t i = 0; i + 1 < steady.places[r].size(); i += 2) {
      const Batched& low = steady.shares[r][i];
      const Batched& high = steady.shares[r][i + 1];
      const double error = std::max(low.error(), high.error());
      const double tolerance = std::max(use > kEasy ? 0.05 : 0.005, kErrors * error);
      const std::string where = format("{} p{:g}", layout_.route_names[r], 100 * kQuantiles[i / 2]);
      // Where times are one and the same, shares jump: anything between the two sides will do.
      const bool more = shares[r][i] > high.mean();
      const bool less = shares[r][i + 1] < low.mean();
      const double simulated = more ? high.mean() : low.mean();
      const double by_flow = more ? shares[r][i] : less ? shares[r][i + 1] : simulated;
      say({"times", phase, where, simulated, by_flow, tolerance, state_of(phase, use)}, error, 1);
    }
  }
}

void Comparison::simulate_step(const std::vector<std::vector<double>>& flow, const FirstTimes& first) {
  std::vector<std::vector<Estimate>> rates(kWindows.size(), std::vector<Estimate>(layout_.entries.size()));
  std::vector<FirstTimes> times;
  for (int n = 0; n < effort_.replications; ++n) {
    Simulation simulation(scene_, layout_, seed_, format("step/{}", n));
    simulation.advance(kWarmUp / 2);
    simulation.change();
    const double begin = simulation.now();
    std::vector<double> queue(scene_.model.services.size(), kNever);
    double from = 0;
    for (std::size_t w = 0; w < kWindows.size(); ++w) {
      const std::vector<double> before = simulation.sums();
      for (double second = from + 1; second <= kWindows[w]; second += 1) {
        const std::vector<double> began = simulation.sums();
        simulation.advance(begin + second);
        if (second == kCalm) simulation.calm_caches();
        for (std::size_t s = 0; s < queue.size(); ++s) {
          const std::size_t i = layout_.in_flight(s);
          const bool full = simulation.sums()[i] - began[i] >= kNearlyFull * layout_.entries[i].full;
          if (full && queue[s] >= kNever) queue[s] = second;
        }
      }
      for (std::size_t i = 0; i < before.size(); ++i) {
        rates[w][i].add((simulation.sums()[i] - before[i]) / (kWindows[w] - from));
      }
      from = kWindows[w];
    }
    times.push_back(simulation.first_times());
    times.back().queue = queue;
  }
  for (std::size_t w = 0; w < kWindows.size(); ++w) {
    const double seconds = (kWindows[w] - (w > 0 ? kWindows[w - 1] : 0)) * effort_.replications;
    for (std::size_t i = 0; i < layout_.entries.size(); ++i) {
      const Counters::Entry& entry = layout_.entries[i];
      if (entry.what != Quantity::responses && entry.what != Quantity::failures) continue;
      const double mean = rates[w][i].mean();
      const double chance = std::max(rates[w][i].error(), maths::sqrt(std::max(1.0, mean * seconds)) / seconds);
      const double tolerance = std::max(kRate * mean, kErrors * chance);
      const std::string where = format("{} until {:g} s", entry.name, kWindows[w]);
      say({"rates", "step", where, mean, flow[w][i], tolerance, "step"}, chance, std::max(mean, flow[w][i]));
    }
  }
  const auto each = [&](const auto& pick) {
    std::vector<double> all;
    for (const FirstTimes& t : times) all.push_back(pick(t));
    return all;
  };
  for (std::size_t s = 0; s < scene_.model.services.size(); ++s) {
    const ServiceModel& m = scene_.model.services[s];
    compare_first(m.spec.name + " queue", each([&](const FirstTimes& t) { return t.queue[s]; }), first.queue[s]);
    for (std::size_t e = 0; e < m.edges.size(); ++e) {
      const std::string edge = m.spec.name + " → " + m.edges[e].spec.name;
      compare_first(edge + " breaker", each([&](const FirstTimes& t) { return t.breaker[s][e]; }), first.breaker[s][e]);
      bool lost = false;
      for (const TrafficConditions& c : scene_.after[s].replicas) lost = lost || c.dependencies[e].cache_lost > kWarm;
      if (!lost) continue;
      compare_first(edge + " cache", each([&](const FirstTimes& t) { return t.warm[s][e]; }), first.warm[s][e]);
    }
  }
}

// Within a tenth of the mean, or where nine of ten lie; steps of the flow are a second long.
void Comparison::compare_first(const std::string& what, std::vector<double> simulated, double flow) {
  std::ranges::sort(simulated);
  const double span = kWindows.back();
  for (double& t : simulated) t = std::min(t, span);
  const double at = std::min(flow, span);
  const std::size_t tenth = simulated.size() / 10;
  const double low = simulated[tenth];
  const double high = simulated[simulated.size() - 1 - tenth];
  double mean = 0;
  for (const double t : simulated) mean += t / static_cast<double>(simulated.size());
  if (mean >= span && at >= span) return;  // it does not happen
  const bool inside = at >= low - 1 && at <= high + 1;
  const double tolerance = std::max(1.0, mean / 10);
  say({"first time", "step", what, mean, inside ? mean : at, tolerance, "step"}, 0, std::max(mean, at));
}

std::vector<double> Comparison::gone(FlowRun& flow, double until) {
  std::vector<double> before = flow.sums();
  flow.advance(until);
  for (std::size_t i = 0; i < before.size(); ++i) before[i] = flow.sums()[i] - before[i];
  return before;
}

// As the replications: the step comes as soon.
void Comparison::compare_step() {
  FlowRun flow(scene_, layout_);
  const double begin = kWarmUp / 2;
  flow.advance(begin);
  flow.change();
  std::vector<std::vector<double>> windows;
  double from = 0;
  for (const double end : kWindows) {
    std::vector<double> sums(layout_.entries.size(), 0);
    if (from <= 0) {
      sums = gone(flow, begin + kCalm);
      flow.calm_caches();
    }
    const std::vector<double> rest = gone(flow, begin + end);
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] = (sums[i] + rest[i]) / (end - from);
    windows.push_back(std::move(sums));
    from = end;
  }
  simulate_step(windows, flow.first_times());
}

void Comparison::run() {
  Simulation simulation(scene_, layout_, seed_, "steady");
  FlowRun flow(scene_, layout_);
  const auto rates = [&](double until, double seconds) {
    std::vector<double> sums = gone(flow, until);
    for (double& x : sums) x /= seconds;
    return sums;
  };
  simulation.advance(kWarmUp);
  const Steady before = simulate_steady(simulation);
  flow.advance(kWarmUp);
  flow.ask(before.places);
  const std::vector<double> flow_before = rates(kWarmUp + before.seconds, before.seconds);
  compare_steady(before, flow_before, flow.shares(), scene_.before, "before");
  if (scene_.step.empty()) return;
  if (effort_.replications > 0) compare_step();
  const double begin = kWarmUp + before.seconds;
  simulation.change();
  simulation.advance(begin + kCalm);
  simulation.calm_caches();
  simulation.advance(begin + kSettling);
  const Steady after = simulate_steady(simulation);
  flow.ask({});
  flow.change();
  flow.advance(begin + kCalm);
  flow.calm_caches();
  flow.advance(begin + kSettling);
  flow.ask(after.places);
  const std::vector<double> flow_after = rates(begin + kSettling + after.seconds, after.seconds);
  compare_steady(after, flow_after, flow.shares(), scene_.later, "after");
}

}  // namespace

std::vector<Disagreement> compare(const Scene& scene, std::uint64_t seed, Effort effort,
                                  const std::function<bool(const Disagreement&)>& counts,
                                  std::vector<Difference>& differences) {
  Comparison first(scene, seed, effort);
  first.run();
  for (const auto& [about, difference] : first.differences) {
    if (counts(about)) differences.push_back(difference);
  }
  std::vector<Disagreement> found = std::move(first.found);
  std::erase_if(found, [&](const Disagreement& d) { return !counts(d); });
  if (found.empty()) return found;
  const Effort more{10 * effort.requests, 10 * effort.replications};
  Comparison again(scene, seed + 1000003, more);
  again.run();
  std::vector<Disagreement> both;
  for (const Disagreement& d : again.found) {
    if (std::ranges::find(found, d) != found.end()) both.push_back(d);
  }
  return both;
}

}  // namespace firedrill::world_oracle
