#include "fake_services/traffic/stations/station.h"

#include <algorithm>
#include <mutex>

#include "base/maths.h"
#include "fake_services/traffic/stations/balanced_station.h"

namespace firedrill::fake_services {
namespace {

constexpr double kLeastLoad = 1e-6;
constexpr double kMostLoadPerPlace = 1e4;  // beyond, every place is taken but for 1e-4 of a request
constexpr double kTolerance = 2e-7;
constexpr int kMostDepth = 14;
constexpr double kRescaleAbove = 1e200;
constexpr double kNegligible = 1e-22;  // of the sum, of a weight after which all are smaller

// Sums over the states of their relative weights, with n the number in the system and j = n − c + 1 the place of one
// who would wait (only in the states in which an accepted arrival waits).
struct StateSums {
  double total = 0;
  double first = 0;  // Σ n·w
  double second = 0;
  double waiting = 0;  // Σ w, Σ j·w, Σ j²·w
  double waiting_first = 0;
  double waiting_second = 0;
  double full = 0;      // the weight of the last state
  double accepted = 0;  // of all others; summed apart, since in overload it is the small difference of two large sums

  // `taken_in`: of those who come meanwhile.
  void add(std::int64_t n, std::int64_t workers, double taken_in, double weight) {
    const double k = static_cast<double>(n);
    total += weight;
    first += k * weight;
    second += k * k * weight;
    full += (1 - taken_in) * weight;
    const double in = taken_in * weight;
    if (in <= 0) return;
    accepted += in;
    if (n >= workers) {
      const double j = static_cast<double>(n - workers + 1);
      waiting += in;
      waiting_first += j * in;
      waiting_second += j * j * in;
    }
  }
  void scale_down() {
    for (double* sum : {&total, &first, &second, &waiting, &waiting_first, &waiting_second, &full, &accepted})
      *sum /= kRescaleAbove;
  }
};

double taken_in_at(std::int64_t n, std::int64_t places, double beyond) {
  return n < places ? 1 : n == places ? beyond : 0;
}

// From the empty system up, for loads below the workers: beyond them weights only fall, and end where they are nothing.
StateSums sums_upwards(std::int64_t workers, std::int64_t places, double load, double beyond) {
  StateSums sums;
  double weight = 1;
  for (std::int64_t n = 0; n <= places + 1; ++n) {
    const double taken_in = taken_in_at(n, places, beyond);
    sums.add(n, workers, taken_in, weight);
    if (taken_in <= 0 || (n >= workers && weight < kNegligible * sums.total)) break;
    weight *= taken_in * load / static_cast<double>(std::min(n + 1, workers));
    if (weight > kRescaleAbove) {
      weight /= kRescaleAbove;
      sums.scale_down();
    }
  }
  return sums;
}

// From the full system down, for loads above the workers: weights fall all the way.
StateSums sums_downwards(std::int64_t workers, std::int64_t places, double load, double beyond) {
  StateSums sums;
  double weight = 1;
  if (beyond > 0) {
    sums.add(places + 1, workers, 0, weight);
    weight = static_cast<double>(std::min(places + 1, workers)) / (load * beyond);
  }
  for (std::int64_t n = places; n >= 0; --n) {
    sums.add(n, workers, taken_in_at(n, places, beyond), weight);
    if (weight < kNegligible * sums.total) break;
    weight *= static_cast<double>(std::min(n, workers)) / load;
  }
  return sums;
}

}  // namespace

StationPoint exact_station(std::int64_t workers, std::int64_t places, double load, double beyond) {
  if (places <= 0) return {.blocking = 1};
  const bool overload = load > static_cast<double>(workers);
  const StateSums s =
      overload ? sums_downwards(workers, places, load, beyond) : sums_upwards(workers, places, load, beyond);
  StationPoint p;
  p.occupancy = s.first / s.total;
  p.blocking = s.full / s.total;
  p.busy = load * s.accepted / s.total;
  p.variance = std::max(0.0, s.second / s.total - p.occupancy * p.occupancy);
  if (s.waiting > 0) {
    p.waits = s.waiting / s.accepted;
    p.wait_mean = s.waiting_first / s.waiting;
    // A wait at place j is a sum of j exponential times.
    p.wait_variance = p.wait_mean + std::max(0.0, s.waiting_second / s.waiting - p.wait_mean * p.wait_mean);
  }
  return p;
}

double room_if_exponential(double room, double variation) {
  constexpr double kStaysLess = 0.4;
  constexpr double kStaysMore = 0.9;  // measured (short_queue_test.cc)
  const double factor = std::clamp((1 + variation) / 2, 0.5, 5.0);
  return std::max(0.0, room + (1 / factor - 1) * (room - (factor < 1 ? kStaysLess : kStaysMore)));
}

std::int64_t occupancy_at(std::int64_t workers, std::int64_t places, double load, double u) {
  const double c = static_cast<double>(workers);
  const auto next = [&](double weight, std::int64_t n) {
    return weight * load / std::min(static_cast<double>(n) + 1, c);
  };
  // Twice over the same weights: their sum, then up to the share wanted. A weight too large is scaled down, and
  // everything before it is then too small to be drawn; the second pass starts there.
  std::int64_t first = 0;
  double total = 0;
  double weight = 1;
  double first_weight = 1;
  for (std::int64_t n = 0; n <= places; ++n) {
    if (weight > kRescaleAbove) {
      total /= weight;
      weight = first_weight = 1;
      first = n;
    }
    total += weight;
    weight = next(weight, n);
  }
  double left = u * total;
  weight = first_weight;
  for (std::int64_t n = first; n < places; ++n) {
    if (left < weight) return n;
    left -= weight;
    weight = next(weight, n);
  }
  return places;
}

StationTable::StationTable(std::int64_t workers, std::int64_t places, Arrivals arrivals)
    : workers_(workers), places_(places), arrivals_(arrivals) {
  if (places <= 0) return;  // turns everyone away
  const double low = maths::log(kLeastLoad);
  const double knee = maths::log(static_cast<double>(std::max<std::int64_t>(1, workers)));
  const double high = maths::log(kMostLoadPerPlace * static_cast<double>(std::max<std::int64_t>(1, places)));
  Node last = make_node(low);
  nodes_.push_back(last);
  // Seeds of the refinement; the knee, where the queue begins to fill, is a node in any case.
  for (const double x : {(low + knee) / 2, knee - 1, knee, knee + 1, high}) {
    if (x <= last.x) continue;
    const Node next = make_node(x);
    refine(nodes_, last, next, 0);
    nodes_.push_back(next);
    last = next;
  }
}

StationTable::Node StationTable::make_node(double x) const {
  constexpr double h = 1e-4;
  const auto values = [this](double at, double* out) {
    const StationPoint p = balanced_station(workers_, places_, maths::exp(at), arrivals_);
    const double all[kFunctions] = {p.occupancy, p.blocking, p.busy, p.waits, p.wait_mean, p.wait_variance};
    std::copy(all, all + kFunctions, out);
    return p;
  };
  Node node;
  node.x = x;
  double below[kFunctions];
  double above[kFunctions];
  values(x - h, below);
  values(x + h, above);
  const StationPoint p = values(x, node.value);
  for (std::size_t f = 0; f < kFunctions; ++f) node.slope[f] = (above[f] - below[f]) / (2 * h);
  if (arrivals_ != Arrivals{}) return node;
  // Known in closed form: d E[N] / d log a = Var N while a moves all states alike, which it does: w_n is a^n times a
  // constant.
  node.slope[0] = p.variance;
  node.slope[1] = p.blocking * (static_cast<double>(places_) - p.occupancy);
  node.slope[2] = p.busy - maths::exp(x) * node.slope[1];
  return node;
}

void StationTable::refine(std::vector<Node>& out, const Node& low, const Node& high, int depth) const {
  const double h = high.x - low.x;
  const Node middle = make_node((low.x + high.x) / 2);
  bool good = h < 0.5;
  for (std::size_t f = 0; f < 3 && good; ++f) {
    const double cubic = (low.value[f] + high.value[f]) / 2 + h * (low.slope[f] - high.slope[f]) / 8;
    good = maths::hypot(cubic - middle.value[f], 0) < kTolerance;
  }
  if (good || depth >= kMostDepth) {
    out.push_back(middle);
    return;
  }
  refine(out, low, middle, depth + 1);
  out.push_back(middle);
  refine(out, middle, high, depth + 1);
}

double StationTable::interpolate(std::size_t interval, std::size_t function, double t) const {
  const Node& a = nodes_[interval];
  const Node& b = nodes_[interval + 1];
  const double h = b.x - a.x;
  const double u = 1 - t;
  return u * u * ((1 + 2 * t) * a.value[function] + t * h * a.slope[function]) +
         t * t * ((3 - 2 * t) * b.value[function] - u * h * b.slope[function]);
}

StationPoint StationTable::point(std::size_t interval, double t) const {
  const Node& a = nodes_[interval];
  const Node& b = nodes_[interval + 1];
  return {.occupancy = interpolate(interval, 0, t),
          .blocking = interpolate(interval, 1, t),
          .busy = interpolate(interval, 2, t),
          .waits = interpolate(interval, 3, t),
          .wait_mean = interpolate(interval, 4, t),
          .wait_variance = interpolate(interval, 5, t),
          .variance = a.slope[0] + (b.slope[0] - a.slope[0]) * t};
}

StationPoint StationTable::at_load(double load) const {
  if (places_ <= 0) return {.blocking = 1};
  if (load <= kLeastLoad) {
    return {.occupancy = load, .busy = load, .wait_mean = 1, .wait_variance = 1, .variance = load};
  }
  const double x = std::min(maths::log(load), nodes_.back().x);
  const auto it = std::ranges::upper_bound(nodes_, x, {}, &Node::x);
  const std::size_t i =
      std::clamp<std::ptrdiff_t>(it - nodes_.begin() - 1, 0, static_cast<std::ptrdiff_t>(nodes_.size()) - 2);
  return point(i, (x - nodes_[i].x) / (nodes_[i + 1].x - nodes_[i].x));
}

StationPoint StationTable::at_busy(double busy) const {
  const auto next = std::ranges::upper_bound(nodes_, busy, {}, [](const Node& n) { return n.value[2]; });
  if (next == nodes_.begin()) return at_load(busy);
  const std::size_t i =
      std::clamp<std::ptrdiff_t>(next - nodes_.begin() - 1, 0, static_cast<std::ptrdiff_t>(nodes_.size()) - 2);
  double low = 0;
  double high = 1;
  for (int round = 0; round < 20; ++round) {
    const double middle = (low + high) / 2;
    (interpolate(i, 2, middle) < busy ? low : high) = middle;
  }
  return point(i, (low + high) / 2);
}

StationTable::Step StationTable::step(double from, double arrivals, double holding_s, double dt_s, std::size_t& hint,
                                      double turned_away) const {
  Step out;
  if (places_ <= 0) {
    out.point.blocking = 1;
    return out;
  }
  const double service = holding_s > 1e-9 ? holding_s : 1e-9;
  // Rises with x: zero where the end of the step is.
  const auto residual = [&](double occupancy, double blocking, double busy) {
    const double accepted = arrivals * (1 - turned_away * blocking);
    return occupancy - from - dt_s * (accepted - busy / service);
  };
  const auto at_node = [&](std::size_t i) {
    return residual(nodes_[i].value[0], nodes_[i].value[1], nodes_[i].value[2]);
  };
  const std::size_t last = nodes_.size() - 2;
  if (at_node(0) >= 0) {
    // Nearly empty: occupancy and busy workers are the load, nobody is turned away.
    out.occupancy = std::max(0.0, (from + dt_s * arrivals) / (1 + dt_s / service));
    out.point = at_load(out.occupancy);
    hint = 0;
  } else {
    std::size_t low = 0;
    std::size_t high = last + 1;
    if (hint <= last && at_node(hint) <= 0) {
      low = hint;
      if (at_node(hint + 1) > 0) high = hint + 1;
    }
    while (high - low > 1) {
      const std::size_t middle = (low + high) / 2;
      (at_node(middle) <= 0 ? low : high) = middle;
    }
    hint = low;
    double a = 0;
    double b = 1;
    double fa = at_node(low);
    double fb = at_node(low + 1);
    double t = fb > 0 ? -fa / (fb - fa) : 1;
    // Regula falsi with the Illinois rule: a cubic in a small interval takes three or four rounds.
    int side = 0;
    for (int round = 0; round < 40 && fb > 0 && b - a > 1e-13; ++round) {
      t = a + (b - a) * (-fa) / (fb - fa);
      const double f = residual(interpolate(low, 0, t), interpolate(low, 1, t), interpolate(low, 2, t));
      if (f < 1e-12 && f > -1e-12) break;
      if (f < 0) {
        a = t;
        fa = f;
        if (side == -1) fb /= 2;
        side = -1;
      } else {
        b = t;
        fb = f;
        if (side == 1) fa /= 2;
        side = 1;
      }
    }
    out.point = point(low, t);
    out.occupancy = out.point.occupancy;
  }
  if (turned_away <= 0) out.point.blocking = 0;
  out.done_rate = out.point.busy / service;
  return out;
}

namespace {

// A table follows from its numbers alone, so that whoever has made it does not matter.
class MadeTables {
 public:
  std::shared_ptr<const StationTable> get(std::int64_t workers, std::int64_t places, const Arrivals& arrivals) {
    const Key key{workers, places, arrivals};
    {
      const std::scoped_lock lock(mutex_);
      const auto found = made_.find(key);
      if (found != made_.end()) return found->second;
    }
    auto table = std::make_shared<const StationTable>(workers, places, arrivals);
    const std::scoped_lock lock(mutex_);
    if (made_.size() >= kMost) made_.clear();
    made_[key] = table;
    return table;
  }

 private:
  using Key = std::tuple<std::int64_t, std::int64_t, Arrivals>;
  static constexpr std::size_t kMost = 512;  // of some 20 KiB each: a suite of drills needs hundreds
  std::mutex mutex_;
  std::map<Key, std::shared_ptr<const StationTable>> made_;
};

}  // namespace

const StationTable& StationTables::get(std::int64_t workers, std::int64_t places, const Arrivals& arrivals) {
  static MadeTables made;
  auto& table = tables_[{workers, places, arrivals}];
  if (!table) table = made.get(workers, places, arrivals);
  return *table;
}

}  // namespace firedrill::fake_services
