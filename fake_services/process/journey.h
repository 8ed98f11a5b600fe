// The calls that a request of a route makes, for real: stage after stage, those of one stage at the same time
// (traffic/route.h is the same in the simulated world).
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "fake_services/process/dependency.h"
#include "fake_services/process/side_threads.h"

namespace firedrill::fake_services {

class Journeys {
 public:
  Journeys(const ServiceModel& service, std::vector<std::unique_ptr<Dependency>>& dependencies, std::uint64_t seed,
           std::string_view pod);

  // Makes them. Why the request fails on account of one: it ends with the first that fails and is critical.
  std::optional<Cause> travel(const RouteModel& route);

 private:
  // Made with the call's probability, as often in a row as it says.
  std::optional<Cause> turn(std::size_t call);
  std::optional<Cause> stage(const StageModel& stage);

  const ServiceModel& service_;
  std::vector<std::unique_ptr<Dependency>>& dependencies_;
  Chance chance_;
  SideThreads threads_;
};

}  // namespace firedrill::fake_services
