// From the conditions that faults set to what processes and proxies are told.
#pragma once

#include <optional>

#include "driver/live/replica_orders.h"
#include "fake_services/traffic/flow.h"

namespace firedrill::driver::live {

// Of a fault that is told apart from the others on a line or in a process.
struct Befalling {
  std::size_t fault = 0;  // its number in the scenario
  fake_services::TrafficConditions conditions;
  bool on_line = false;  // else processes bring it about
  // On a line: the share of connections that it hits, each as a whole; nothing: it hits single requests.
  std::optional<double> connections{};
  fake_services::Allowance first{};  // what it may still hit
  // What befalls the bytes of connections: the delays are the time that takes, and what is cut off ends there.
  fake_services::Bytes bytes{};
};

// What a line does to bring about what befalls requests on it; `of`: what befalls the dependency to which it leads, if
// it leads to one.
fake_services::LineFaults line_faults(const fake_services::RequestConditions& conditions,
                                      const fake_services::DependencyConditions& of = {});
// The same of one fault that is told apart: single requests, and never the line as a whole.
fake_services::LineFaults line_faults(const fake_services::RequestConditions& conditions, const Befalling& by,
                                      const fake_services::DependencyConditions& of = {});

// What befalls one replica of a service.
struct Befalls {
  fake_services::TrafficConditions in_process;  // of faults that processes bring about,
  fake_services::TrafficConditions on_lines;    // and of those that proxies do
  fake_services::PodConditions pod;
  fake_services::ServiceConditions service;
  std::vector<Befalling> apart{};  // of whose conditions those of routes and links hold beside these
  double speed = 1;                // of an incident's time: memory leaks in that
  std::size_t replicas = 1;        // of the service, which share what befalls it as a whole
};
ReplicaOrders orders_for(const fake_services::ServiceModel& service, const Befalls& befalls);

}  // namespace firedrill::driver::live
