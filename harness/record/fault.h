// What was injected and what was probed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace firedrill::record {

// A symptom measured in the traffic that proves that a fault took effect.
struct Witness {
  // "1842 of 1850 connection attempts to postgres were refused (before: 0 of 5321)"; of one never seen, why: "nobody
  // called postgres".
  std::string what;
  std::optional<Time> seen_at;  // absent: never seen, so the drill is invalid
  bool operator==(const Witness&) const = default;
};

struct FaultRecord {
  std::string id;
  std::string kind;
  std::string target;                  // in words: "postgres", "zone eu1-a"
  std::vector<std::string> services;   // those with replicas in the target, sorted
  std::vector<std::string> nodes;      // of the target's zone, if it is one: the label `node` of alerts about machines
  std::vector<std::string> instances;  // the pods hit, also those that took the place of one while it was on
  // Services further down that it puts load on (a surge of traffic, a storm of retries), sorted; empty: its effects
  // are those of the services alone.
  std::vector<std::string> loads;
  std::optional<bool> telemetry;  // it hits what is told of services, and not these; absent: no
  std::string parameters;         // as the scenario says them, in one line
  Time at;                        // scheduled
  Time until;
  std::optional<Time> injected_at;
  std::optional<Time> recovered_at;
  Witness witness;
  bool operator==(const FaultRecord&) const = default;
};

struct ProbeTransition {
  Time t;
  bool success = false;
  std::string detail;  // "connection refused", "HTTP 503", "time-out after 1 s"
  bool operator==(const ProbeTransition&) const = default;
};

struct ProbeRecord {
  std::string service;
  std::string instance;
  std::string probe;  // liveness | readiness | startup
  std::uint64_t checks = 0;
  std::uint64_t failures = 0;
  std::vector<ProbeTransition> transitions;  // published results only
  bool operator==(const ProbeRecord&) const = default;
};

}  // namespace firedrill::record
