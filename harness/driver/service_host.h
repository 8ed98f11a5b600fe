// The seam between the worlds: who runs the services. The simulated host computes them, the live one keeps a process
// for each replica.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "events/action.h"
#include "events/component.h"
#include "fake_services/world.h"

namespace firedrill::driver {

// Tells its sink what happens, and is asked at the end for what is not told piece by piece.
class ServiceHost : public events::Component {
 public:
  // The one door through which anything acts on the world. The error says why it cannot be.
  virtual std::expected<void, std::string> apply(const events::Action& action) = 0;
  virtual std::vector<fake_services::FaultState> faults() const = 0;
  // The probes of the replicas, as they stand now.
  virtual std::vector<fake_services::ProbeState> probes() = 0;
};

}  // namespace firedrill::driver
