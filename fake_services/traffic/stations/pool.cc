#include "fake_services/traffic/stations/pool.h"

#include <algorithm>

#include "base/maths.h"

namespace firedrill::fake_services {
namespace {

// Chance of finding all connections but one taken, below which waits are not worth a number.
constexpr double kNobodyWaits = 1e-15;
// Times in which a connection comes free, from which on a patience is long.
constexpr double kLong = 30;

// ∫ v^k e^(−δv) dv over (0, τ) for k = 0, 1, 2, times e^(δτ) where δ < 0 so that nothing overflows.
struct Integrals {
  double zero = 0;
  double one = 0;
  double two = 0;
  double end = 0;  // e^(−δτ), scaled likewise
};

Integrals integrals(double delta, double tau) {
  const double x = delta * tau;
  if (x < 1e-3 && x > -1e-3) {  // series; the terms left out are below 1e-9 of the sum
    return {tau * (1 - x / 2 + x * x / 6), tau * tau * (0.5 - x / 3 + x * x / 8),
            tau * tau * tau * (1.0 / 3 - x / 4 + x * x / 10), 1 - x + x * x / 2};
  }
  if (x > 0) {
    const double e = maths::exp(-x);
    return {(1 - e) / delta, (1 - e * (1 + x)) / (delta * delta),
            (2 - e * (2 + 2 * x + x * x)) / (delta * delta * delta), e};
  }
  const double g = maths::exp(x);
  return {(g - 1) / delta, (g - 1 - x) / (delta * delta), (2 * g - (2 + 2 * x + x * x)) / (delta * delta * delta), 1};
}

}  // namespace

PoolState pool_state(double connections, const StationTable& loss, const PoolLoad& load) {
  PoolState state;
  const double offered = load.arrivals * load.holding_s;
  if (!(offered > 0)) return state;
  if (load.population <= connections) {
    state.in_use = std::min(offered, load.population);
    return state;
  }
  const double longest =
      (load.population - connections) * load.holding_s / connections;  // wait, were all callers in it
  // In a long line all waits are the longer the more these times vary (Kingman 1962); a short one is left as it is.
  const double drawn_out =
      load.patience_s * connections > kLong * load.holding_s ? (1 + load.holding_variation) / 2 : 1;
  const double tau = std::min(load.patience_s, longest) / drawn_out;
  const double drain = connections / load.holding_s;  // connections handed back per second while all are in use
  const double delta = drain - load.arrivals;
  // B of no servers at all is 1: the first connection is the only one that can be free.
  const double blocking = connections <= 1 ? 1 : loss.at_load(offered).blocking;
  if (blocking < kNobodyWaits) {
    state.in_use = offered;
    return state;
  }
  const Integrals i = integrals(delta, tau);
  const double scale = delta * tau < 0 ? maths::exp(delta * tau) : 1;
  // Density of the virtual wait v: κ e^(−δv) up to τ; beyond it nobody joins.
  const double kappa = load.arrivals / (scale / blocking + load.arrivals * i.zero + load.arrivals * i.end / drain);
  const double beyond = kappa * i.end / drain;
  const double gives_up = load.patience_s <= longest ? beyond : 0;
  const double served = 1 - gives_up;
  double first = kappa * i.one;
  double second = kappa * i.two;
  if (gives_up <= 0) {  // those beyond have waited as long as there is to wait
    first += beyond * tau;
    second += beyond * tau * tau;
  }
  state.decline = delta;
  state.longest_s = tau;
  if (served > 1e-9) {
    state.at_longest = gives_up <= 0 ? beyond : 0;
    state.waits = std::min(1.0, kappa * i.zero / served + state.at_longest);
    const double mean = first / served;
    state.wait = {mean, std::max(0.0, second / served - mean * mean)};
  } else {
    state.wait = {tau, 0};
    state.waits = state.at_longest = 1;
  }
  state.gives_up = std::clamp(gives_up, 0.0, 1.0);
  state.in_use = std::min(connections, offered * served);
  state.waiting = load.arrivals * (first + gives_up * tau) * drawn_out;
  state.decline /= drawn_out;
  state.longest_s *= drawn_out;
  state.wait = {state.wait.mean * drawn_out, state.wait.variance * drawn_out * drawn_out};
  return state;
}

Times wait_of(const PoolState& state) {
  Times wait;
  wait.add(1 - state.waits, 0.0);
  wait.add(state.at_longest, state.longest_s);
  const double spread = state.waits - state.at_longest;
  if (spread <= 0) return wait;
  wait.add(spread, Times::falling(state.decline, state.longest_s));
  return wait;
}

}  // namespace firedrill::fake_services
