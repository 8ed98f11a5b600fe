// A replica of our own services as a target, without series: by what it is found and labelled, in either world.
#pragma once

#include <cstddef>
#include <string>

#include "fake_services/telemetry/target.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services {

// `place`: among the replicas of its service.
Target replica_target(const ServiceSpec& service, std::size_t service_index, std::size_t place, std::string pod,
                      std::string instance);

}  // namespace firedrill::fake_services
