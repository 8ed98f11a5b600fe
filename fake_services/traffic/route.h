// A request's way through its calls: stages one after the other, the calls of a stage at the same time.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "fake_services/traffic/call.h"
#include "fake_services/traffic/flow_model.h"

namespace firedrill::fake_services {

struct Journey {
  double success = 1;
  Law success_time;  // of the calls alone; no law: no time at all
  std::array<double, kCauses> failure{};
  std::array<Law, kCauses> failure_time;
  double mean_time_s = 0;  // over all outcomes
  Inputs made_from;        // for the next step
};

// `operations` by index of the service's calls; `calls_made` receives, for each call of the route, how often a request
// makes it on average. Of `journey`, what was computed at the step before, is used.
void travel(Journey& journey, const ServiceModel& service, const RouteModel& route,
            std::span<const Operation> operations, std::span<double> calls_made);

// Of a call's attempts, the share that finds the place which the one before has just left. Less those that find none
// since the one before has not, where a request goes on with its calls all the same.
double coming_back(const CallModel& call, const Operation& operation, bool critical);

}  // namespace firedrill::fake_services
