// Faults: what a scenario breaks. A fault turns knobs (conditions.h); whether it took effect is read from the traffic,
// by its witness. Kinds are listed in fault_table.h.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/fields.h"
#include "base/time.h"
#include "fake_services/conditions.h"

namespace firedrill::fake_services {

// Which requests of the target are hit; empty: all.
struct FaultMatch {
  std::string method;
  std::string path;  // of the route, exactly; a trailing * matches any rest
  bool empty() const { return method.empty() && path.empty(); }
  bool matches(std::string_view request_method, std::string_view request_path) const;
};

// Counts over a span of time as the callers of the target saw them, summed over callers and the replicas targeted:
// what a witness looks at. Every count was drawn from the traffic.
struct Observation {
  double attempts = 0;  // connection attempts
  double refused = 0;   // of these
  double replies = 0;   // answers of any code
  std::map<int, double> by_code;
  double latency_sum = 0;     // seconds over all answers and time-outs that were awaited
  double latency_square = 0;  // of the squares of the same
  double latency_count = 0;
  double mean_latency() const { return latency_count > 0 ? latency_sum / latency_count : 0; }
  double latency_variance() const;
  double share(int code) const;
  void add(const Observation& other, double sign = 1);
};

// Whether `count` of `total` is more than chance makes of a share that was `count_before` of `total_before`: at least
// four standard deviations and two events above what was to be expected. Background errors alone must never prove a
// fault.
bool stands_out(double count, double total, double count_before, double total_before);

struct Witness {
  bool observed = false;
  Time at{};         // first time at which the symptom stood out, after injection
  std::string what;  // "1842 of 1850 connection attempts to postgres were refused (before: 0 of 5321)"
};

// A kind of fault with its own parameters, immutable.
class Fault {
 public:
  virtual ~Fault() = default;
  // Called for each request route of each replica targeted, and for each replica; `strength` follows the ramp from 0 to
  // 1 and includes the fault's probability.
  virtual void apply_to_requests(RequestConditions& conditions, double strength) const;
  virtual void apply_to_replica(ReplicaConditions& conditions, double strength) const;
  // The symptom in words if it stands out in `during` against `before`; nothing if it does not. `target` is the name to
  // use.
  virtual std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                             std::string_view target) const = 0;
};

struct FaultKind {
  std::string_view name;
  std::string_view summary;           // one line
  std::string_view doc;               // a paragraph: what it does, what shows in metrics and probes, its witness
  std::span<const FieldSpec> fields;  // its own, beside the common ones
  bool per_request = true;            // `match` makes sense
  std::shared_ptr<const Fault> (*make)(const Fields& fields) = nullptr;
};

// A fault of a scenario.
struct FaultSpec {
  std::string id;
  const FaultKind* kind = nullptr;  // of fault_table()
  TargetSpec target;
  Duration at{};                     // since the end of the warm-up
  std::optional<Duration> duration;  // nothing: to the end of the run
  Duration ramp{};                   // strength rises linearly over it
  double probability = 1;            // share of requests, connections or scrapes hit
  FaultMatch match;
  std::shared_ptr<const Fault> behaviour;
};

}  // namespace firedrill::fake_services
