// A process that is scraped, and what a scrape of it gives.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "fake_services/telemetry/telemetry_conditions.h"
#include "model/labels.h"
#include "model/sample.h"

namespace firedrill::fake_services {

// The others have no service, no requests and no part in the truth: they tell of the replicas' pods, and
// of whatever exporters watch.
enum class TargetKind { replica, kube_state_metrics, kubelet, exporter, recorded };

// A process that is scraped.
struct Target {
  TargetKind kind = TargetKind::replica;
  std::string service;   // of ours; empty if it is no replica
  std::string pod;       // checkout-6d4cf56db6-x7k2p
  std::string instance;  // checkout-6d4cf56db6-x7k2p:8080
  std::string job;
  std::string name_space;
  std::string zone;
  std::size_t service_index = 0;  // of a replica
  std::size_t replica = 0;        // its slot in the flow (pods/pods.h)
  std::size_t place = 0;          // among the replicas: it took over that of the pod before it
  std::string metrics_path = "/metrics";
  bool listed = true;    // by service discovery: its pod exists; what has gone does not come back
  model::Labels labels;  // job, instance, service, pod, namespace and those of the topology: for up and its kin
  std::vector<model::SeriesInfo> series;  // grows only at the end; each scrape value has the index of its series
};

struct ScrapeResult {
  bool up = false;
  double duration_s = 0;
  std::size_t samples = 0;  // values that are not absent
  bool discovered = true;   // else nothing was scraped, since service discovery does not list the target
  // What the monitor has to obey of a target whose scrapes some fault touches; null: nothing. Valid until the world
  // goes on.
  const ScrapeConditions* disturbed = nullptr;
};

// The value of a series that is registered but not there yet (a code that has not occurred: real client libraries show
// it from its first occurrence on). It is Prometheus's stale marker, so that appending it is right where the series was
// there at the scrape before; where it was not, it is left out.
double absent();
bool is_absent(double value);

}  // namespace firedrill::fake_services
