// The configuration by which a Prometheus scrapes a topology that runs as processes, with the labels that its targets
// have in the simulated world.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "driver/live/live_services.h"
#include "fake_services/topology/topology.h"
#include "monitor/prometheus/prometheus_files.h"

namespace firedrill::driver::live {

// `ports` of all replicas, in the order of services and replicas. External services are none of its targets. Of a
// topology without others there is nothing to scrape.
std::string scrape_config(const fake_services::Topology& topology, std::span<const std::uint16_t> ports);

// The same as values, of processes that are there, in the order of services and pods; of those without a target
// nothing.
std::vector<monitor::ScrapedProcess> scraped_processes(const fake_services::Topology& topology,
                                                       std::span<const ReplicaView> replicas);

}  // namespace firedrill::driver::live
