#include "fake_services/telemetry/made_series.h"

#include <algorithm>
#include <map>
#include <utility>

namespace firedrill::fake_services {

std::vector<const ForgedMetric*> forged_of(const ServiceSpec& service, std::size_t place,
                                           std::span<const FaultSpec> faults) {
  std::vector<const ForgedMetric*> out;
  for (const FaultSpec& fault : faults) {
    const ForgedMetric* forged = fault.behaviour->forges();
    if (forged == nullptr) continue;
    const auto& zones = service.zones;
    const bool in_zone = !zones.empty() && zones[place % zones.size()] == fault.target.zone;
    if (fault.target.zone.empty() ? fault.target.service == service.name : in_zone) out.push_back(forged);
  }
  return out;
}

MadeOfTarget make_series(std::span<const ForgedMetric* const> forged, Target& target) {
  MadeOfTarget out{.first = target.series.size(), .made = {}, .are = {}};
  std::map<model::Labels, std::size_t> made;
  for (const ForgedMetric* metric : forged) {
    const auto names = [&](const model::SeriesInfo& info) { return metric->names(info.labels); };
    const std::span own(target.series.begin(), out.first);
    if (!metric->makes_series() || std::ranges::any_of(own, names)) continue;
    model::SeriesInfo series = metric->made_of(target.labels);
    const auto [at, fresh] = made.try_emplace(series.labels, target.series.size());
    out.made.push_back({metric, at->second});
    if (fresh) {
      target.series.push_back(std::move(series));
      out.are.emplace_back();
    }
    auto& otherwise = out.are[at->second - out.first];
    if (!otherwise) otherwise = metric->otherwise;
  }
  return out;
}

}  // namespace firedrill::fake_services
