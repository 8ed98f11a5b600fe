#include "fake_services/topology/topology.h"

#include <algorithm>
#include <set>

namespace firedrill::fake_services {
namespace {

void complete_shares(ServiceSpec& service) {
  double given = 0;
  double without = 0;
  for (const auto& r : service.routes) {
    given += r.share.value_or(0);
    without += r.share ? 0 : 1;
  }
  for (auto& r : service.routes) {
    if (!r.share) r.share = std::max(0.0, 1 - given) / without;
  }
}

}  // namespace

const ServiceSpec* Topology::find(std::string_view name) const {
  const auto it = std::ranges::find(services, name, &ServiceSpec::name);
  return it == services.end() ? nullptr : &*it;
}

void complete(Topology& topology) {
  for (auto& service : topology.services) {
    if (service.job.empty()) service.job = service.name;
    if (service.routes.empty()) service.routes.emplace_back();
    complete_shares(service);
    for (auto& route : service.routes) {
      if (route.order == CallOrder::parallel) {
        for (auto& call : route.calls) call.group = "all";
      }
    }
  }
}

std::vector<std::string> dependents(const Topology& topology, std::string_view name) {
  std::set<std::string, std::less<>> reached = {std::string(name)};
  for (bool grown = true; grown;) {
    grown = false;
    for (const auto& service : topology.services) {
      if (reached.contains(service.name)) continue;
      if (std::ranges::any_of(service.dependencies, [&](const auto& d) { return reached.contains(d.name); })) {
        reached.insert(service.name);
        grown = true;
      }
    }
  }
  return {reached.begin(), reached.end()};
}

}  // namespace firedrill::fake_services
