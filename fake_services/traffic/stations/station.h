// A replica as a queue: M/M/c/K, c workers and K places in all, followed through time by its mean occupancy L.
//
// The pointwise stationary fluid-flow approximation (Wang, Tipper and Banerjee 1996): at any moment the station behaves
// like the stationary M/M/c/K whose mean occupancy is L. With λ arrivals a second, S seconds of mean holding and a the
// offered load of that stationary queue, dL/dt = λ(1 − B(a)) − a(1 − B(a))/S. Where dL/dt = 0, a = λS: the exact
// M/M/c/K. In overload the queue fills at λ − c/S. Stepped by implicit Euler in a, which is stable for any step.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <tuple>
#include <vector>

#include "fake_services/traffic/stations/station_point.h"

namespace firedrill::fake_services {

// exact_station, or balanced_station where requests do not come at random, tabulated over log(load) on nodes that were
// set where the functions bend, and interpolated by cubics with the functions' own slopes: occupancy and blocking are
// within 1e-6 (of a request; of 1) of the closed form.
class StationTable {
 public:
  StationTable(std::int64_t workers, std::int64_t places, Arrivals arrivals = {});

  const Arrivals& arrivals() const { return arrivals_; }
  std::int64_t workers() const { return workers_; }
  std::int64_t places() const { return places_; }
  std::size_t nodes() const { return nodes_.size(); }
  StationPoint at_load(double load) const;
  // Where so many workers are busy on average; of a station that nobody is turned away from.
  StationPoint at_busy(double busy) const;

  struct Step {
    double occupancy = 0;  // at the end of the step
    StationPoint point;    // of the stationary queue with that occupancy
    double done_rate = 0;  // requests per second that are finished; what came in less what stayed, exactly
  };
  // From occupancy `from`, with `arrivals` per second and `holding_s`, over `dt_s`. `hint` is where the
  // last step ended in the table, and makes the next one quick. `turned_away`: of those that come while there is no
  // place; none of them, where who finds no place comes later, as where there are no more callers than places.
  Step step(double from, double arrivals, double holding_s, double dt_s, std::size_t& hint,
            double turned_away = 1) const;

 private:
  static constexpr std::size_t kFunctions = 6;
  struct Node {
    double x = 0;                   // log(load)
    double value[kFunctions] = {};  // occupancy, blocking, busy, waits, wait_mean, wait_variance
    double slope[kFunctions] = {};  // by x
  };
  Node make_node(double x) const;
  void refine(std::vector<Node>& out, const Node& low, const Node& high, int depth) const;
  double interpolate(std::size_t interval, std::size_t function, double t) const;
  StationPoint point(std::size_t interval, double t) const;

  std::int64_t workers_;
  std::int64_t places_;
  Arrivals arrivals_;
  std::vector<Node> nodes_;
};

// The tables that a world needs, each made once. A copy shares those that there are: they never change. Worlds of one
// process share them, too, as far as some hundreds go: to make one takes longer than a minute of a world's time.
class StationTables {
 public:
  const StationTable& get(std::int64_t workers, std::int64_t places, const Arrivals& arrivals = {});

 private:
  std::map<std::tuple<std::int64_t, std::int64_t, Arrivals>, std::shared_ptr<const StationTable>> tables_;
};

}  // namespace firedrill::fake_services
