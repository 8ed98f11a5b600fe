// From the conditions that faults set to what processes and proxies are told.
#pragma once

#include "driver/live/replica_orders.h"
#include "fake_services/traffic/flow.h"

namespace firedrill::driver::live {

// What a line does to bring about what befalls requests on it.
fake_services::LineFaults line_faults(const fake_services::RequestConditions& conditions);

// What befalls one replica of a service.
struct Befalls {
  fake_services::TrafficConditions in_process;  // of faults that processes bring about,
  fake_services::TrafficConditions on_lines;    // and of those that proxies do
  fake_services::PodConditions pod;
  fake_services::ServiceConditions service;
};
ReplicaOrders orders_for(const fake_services::ServiceModel& service, const Befalls& befalls);

}  // namespace firedrill::driver::live
