// What actions have set and holds until another one lifts it: loads that are shed, limits, features that are off, nodes
// that are drained. It stands beside what faults set.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "fake_services/telemetry/telemetry_conditions.h"
#include "fake_services/traffic/conditions.h"
#include "fake_services/traffic/flow.h"

namespace firedrill::fake_services {

class Holds {
 public:
  explicit Holds(std::size_t services) : services_(services) {}

  // With `probes` the requests of kubelets are turned away as all others are.
  void shed(std::size_t service, double share, bool probes);
  void limit(std::size_t service, double per_second, bool probes);
  void switch_off(std::size_t service, std::size_t edge, bool off);
  void silence(SilencedAlert silence) { silences_.push_back(std::move(silence)); }
  void drain(const std::string& node) { drained_.insert(node); }

  bool is_drained(const std::string& node) const { return drained_.contains(node); }
  // Adds to the conditions of a service's replicas, and of the service as a whole.
  void apply(std::size_t service, std::vector<TrafficConditions>& conditions) const;
  void apply(std::size_t service, ServiceConditions& conditions) const;
  void apply(MonitorConditions& conditions) const { conditions.silences = silences_; }
  // The services of which it holds something, sorted.
  std::vector<std::size_t> services() const;

 private:
  struct OfService {
    double shed = 0;
    bool sheds_probes = false;
    double limit = 0;  // 0: none
    bool limits_probes = false;
    std::set<std::size_t> off;  // edges
    bool idle() const { return shed <= 0 && limit <= 0 && off.empty(); }
  };
  std::vector<OfService> services_;
  std::set<std::string, std::less<>> drained_;
  std::vector<SilencedAlert> silences_;
};

}  // namespace firedrill::fake_services
