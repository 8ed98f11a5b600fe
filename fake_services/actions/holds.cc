#include "fake_services/actions/holds.h"

#include <algorithm>

namespace firedrill::fake_services {

void Holds::shed(std::size_t service, double share, bool probes) {
  services_[service].shed = share;
  services_[service].sheds_probes = probes;
}

void Holds::limit(std::size_t service, double per_second, bool probes) {
  services_[service].limit = per_second;
  services_[service].limits_probes = probes;
}

void Holds::switch_off(std::size_t service, std::size_t edge, bool off) {
  off ? void(services_[service].off.insert(edge)) : void(services_[service].off.erase(edge));
}

void Holds::apply(std::size_t service, std::vector<TrafficConditions>& conditions) const {
  const OfService& held = services_[service];
  for (TrafficConditions& replica : conditions) {
    for (const std::size_t edge : held.off) replica.dependencies[edge].off = true;
    if (held.shed <= 0) continue;
    for (RequestConditions& route : replica.routes) route.add_reply(kQueueFull, held.shed, 0);
    if (!held.sheds_probes) continue;
    for (RequestConditions& probe : replica.health) probe.add_reply(kQueueFull, held.shed, 0);
  }
}

// The lower of two limits holds, and with it what it answers.
void Holds::apply(std::size_t service, ServiceConditions& conditions) const {
  const double limit = services_[service].limit;
  if (limit <= 0 || (conditions.limit > 0 && conditions.limit <= limit)) return;
  conditions.limit = limit;
  conditions.limit_burst = limit;
  conditions.limit_code = kTooManyRequests;
  conditions.limit_retry_after_s = 0;
  conditions.limits_probes = services_[service].limits_probes;
}

std::vector<std::size_t> Holds::services() const {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < services_.size(); ++i) {
    if (!services_[i].idle()) out.push_back(i);
  }
  return out;
}

}  // namespace firedrill::fake_services
