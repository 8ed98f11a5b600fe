// What befalls a replica's process, as firedrill tells it over the control line: the conditions of the simulated world
// (traffic/conditions.h), of which each is obeyed for real. At the neutral values nothing is wrong.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "base/text/json.h"
#include "fake_services/pods/prober.h"
#include "fake_services/traffic/conditions.h"
#include "fake_services/traffic/flow_model.h"

namespace firedrill::fake_services {

// Of its calls to one dependency.
struct CallConditions {
  double pool_leak = 0;  // DependencyConditions
  double pool_left = 1e9;
  double cache_lost = 0;
  bool off = false;
  double unresolved = 0;  // share of attempts that find no address
  double misled = 0;      // share that is given the address of a host on which nothing listens
  Delay lookup{};         // that finding the address takes
  double extra = 0;       // attempts beside each that is awaited, their answers thrown away
  bool operator==(const CallConditions&) const = default;
};

// A token bucket before all its requests.
struct LimitConditions {
  double per_second = 0;  // 0: no limit
  double burst = 0;
  int code = kTooManyRequests;
  double retry_after_s = 0;
  bool probes = false;  // those of kubelets count, too
  bool operator==(const LimitConditions&) const = default;
};

// Of a fault that is over after its first few requests: what befalls those.
struct FirstFew {
  std::size_t fault = 0;  // its allowance (faults/allowances.h)
  std::vector<RequestConditions> routes{};
  bool operator==(const FirstFew&) const = default;
};

struct ProcessConditions {
  std::vector<RequestConditions> routes{};    // their replies, delay and silence
  std::array<RequestConditions, 3> health{};  // the same of probes, by ProbeType
  double cpu_factor = 1;                      // ReplicaConditions
  double concurrency_factor = 1;
  double scrapes_silent = 0;
  Delay disk_delay{};
  double disk_errors = 0;
  double disk_level = 0;
  std::vector<CallConditions> calls{};          // by edge
  std::array<std::optional<bool>, 3> forced{};  // what its health endpoints say, by ProbeType
  LimitConditions limit{};
  double consuming = 1;           // share of a consumer's workers that take messages
  double foreign_messages = 0;    // per second, that come into its queue from nobody of ours
  double leak = 0;                // bytes by which its memory grows in a second
  double memory_limit = 0;        // bytes, instead of its own limit; 0: its own
  std::vector<FirstFew> first{};  // beside `routes`
  bool operator==(const ProcessConditions&) const = default;
};

// Neutral ones.
ProcessConditions conditions_for(const ServiceModel& service);

json::object to_json(const ProcessConditions& conditions);
// What is not said is neutral.
ProcessConditions read_conditions(const json::object& told, const ServiceModel& service);

}  // namespace firedrill::fake_services
