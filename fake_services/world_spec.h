// What a simulated production is made from.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "fake_services/faults/fault.h"
#include "fake_services/telemetry/metric_spec.h"
#include "fake_services/telemetry/recording.h"
#include "fake_services/topology/topology.h"
#include "model/labels.h"

namespace firedrill::fake_services {

// A part of the time before the faults in which nothing happens, gone through in larger steps than usual.
struct Stride {
  Time until{};     // a whole minute
  Duration step{};  // no step is longer; where it is not longer than usual, all is as ever
};

struct WorldSpec {
  Topology topology;  // valid (validate) and completed (complete)
  std::vector<MetricSpec> metrics;
  std::vector<FaultSpec> faults;  // valid
  std::uint64_t seed = 0;
  Time start{};                     // of the simulation, before the warm-up
  Time origin{};                    // end of the warm-up: faults' `at` counts from here
  std::optional<Time> certified{};  // from when on certificates run out; the start if absent
  bool disable_faults = false;      // for tests: faults are scheduled and reported, but change nothing
  // Somebody works the incidents: of what is done it is said whether it helped.
  bool people = false;
  std::vector<std::string> limited = {};  // the services that they may limit
  // How often at most a line is logged of what goes on and on (logs/log_sampler.h); 0: no lines are written.
  Duration log_every{};
  // Whether anybody reads a series of an exporter; empty: all are read. Those that nobody reads are not made.
  std::function<bool(const model::Labels&)> reads = {};
  bool kubernetes = false;           // kube-state-metrics and the kubelets are targets too, behind the replicas
  std::vector<Replay> replays = {};  // recordings that are targets of their own, behind all others
  // From the start on, one behind the other; of the minutes of those with longer steps the sink is not told.
  std::vector<Stride> strides = {};
};

}  // namespace firedrill::fake_services
