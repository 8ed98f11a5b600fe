// Receivers as faults leave them: all is accepted at once, but for what the conditions say.
#pragma once

#include <vector>

#include "fake_services/telemetry/telemetry_conditions.h"
#include "notify/stages/receivers.h"

namespace firedrill::monitor {

class FaultyEndpoints final : public notify::Endpoints {
 public:
  explicit FaultyEndpoints(std::vector<fake_services::ReceiverConditions> conditions)
      : conditions_(std::move(conditions)) {}

  notify::Response respond(const notify::Receiver& receiver, std::size_t integration, Time at) const override;

 private:
  std::vector<fake_services::ReceiverConditions> conditions_;
};

}  // namespace firedrill::monitor
