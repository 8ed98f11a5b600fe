#include "fake_services/topology/topology.h"

#include <algorithm>
#include <set>

#include "base/text/numbers.h"
#include "yaml/units.h"

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

// Who names a limit alone asks for as much (core/v1 defaults, SetDefaults_Pod).
void complete_resources(ServiceSpec& service) {
  ResourcesSpec& resources = service.resources;
  if (resources.limits.cpu) service.cpu_limit = *resources.limits.cpu;
  if (resources.limits.memory) service.memory.limit = *resources.limits.memory;
  if (!resources.requests.cpu) resources.requests.cpu = service.cpu_limit;
  if (!resources.requests.memory) resources.requests.memory = service.memory.limit;
}

}  // namespace

const ServiceSpec* Topology::find(std::string_view name) const {
  const auto it = std::ranges::find(services, name, &ServiceSpec::name);
  return it == services.end() ? nullptr : &*it;
}

std::optional<CountOrShare> parse_count_or_share(std::string_view text) {
  const bool share = text.ends_with('%');
  if (share) text.remove_suffix(1);
  const auto number = parse_int(text);
  if (!number || *number < 0) return std::nullopt;
  const auto value = static_cast<double>(*number);
  return CountOrShare{share ? value / 100 : value, share};
}

std::optional<double> parse_cores(std::string_view text) {
  const auto cores = yaml::parse_quantity(text);
  if (!cores || !(*cores >= 0)) return std::nullopt;
  return cores;
}

void complete(Topology& topology) {
  for (auto& service : topology.services) {
    complete_resources(service);
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

bool attaches_exporters(const Topology& topology) {
  return !topology.exporters.empty() ||
         std::ranges::any_of(topology.services, [](const ServiceSpec& s) { return !s.exporters.empty(); });
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
