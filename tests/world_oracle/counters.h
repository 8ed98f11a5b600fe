// What is counted of a production, by the flow and by the simulation alike: one flat array of sums over time.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "fake_services/traffic/flow_model.h"

namespace firedrill::world_oracle {

using namespace fake_services;

enum class Quantity { responses, failures, busy, in_flight, pool };

// Where each is, and what it is. Counts are of events; of `busy`, `in_flight` and `pool` the integral over time.
struct Counters {
  struct Entry {
    Quantity what = Quantity::responses;
    std::size_t service = 0;
    std::string name;  // for people: "checkout 503"
    double full = 1;   // of busy and pools: how many there are
  };
  explicit Counters(const FlowModel& model);

  std::size_t response(std::size_t service, std::size_t slot) const { return service_at_[service] + slot; }
  std::size_t outside(std::size_t service, std::size_t failure) const { return outside_at_[service] + failure; }
  std::size_t busy(std::size_t service) const { return outside_at_[service] + kConnectFailures; }
  std::size_t in_flight(std::size_t service) const { return busy(service) + 1; }
  std::size_t outcome(std::size_t service, std::size_t edge, CallOutcome o) const {
    return edge_at_[service] + edge * (kCallOutcomes + 1) + static_cast<std::size_t>(o);
  }
  std::size_t pool(std::size_t service, std::size_t edge) const {
    return edge_at_[service] + edge * (kCallOutcomes + 1) + kCallOutcomes;
  }

  std::vector<Entry> entries;
  std::vector<std::size_t> first_route;  // of each service, among all routes; one more at the end
  std::vector<std::string> route_names;

 private:
  std::vector<std::size_t> service_at_;
  std::vector<std::size_t> outside_at_;
  std::vector<std::size_t> edge_at_;
};

// When something happens for the first time after the step, seconds after it; kNever: not within what was looked at.
inline constexpr double kNever = 1e9;
inline constexpr double kNearlyFull = 0.95;  // of a queue's places
inline constexpr double kWarm = 0.1;         // of a cache's entries that are missing
struct FirstTimes {
  std::vector<double> queue;                 // by service: its places are taken, over a second, but for a twentieth
  std::vector<std::vector<double>> breaker;  // by service and edge: the breaker of some replica opens
  std::vector<std::vector<double>> warm;     // likewise: a cache of some replica is full but for a tenth again
  explicit FirstTimes(const FlowModel& model);
};

}  // namespace firedrill::world_oracle
