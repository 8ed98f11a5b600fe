// What the faults of scrapes share: they need a target that is scraped, and a symptom of theirs never comes by chance.
#pragma once

#include <optional>

#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services::faults {

inline constexpr Aims kScraped = Aims(Aim::service) | Aim::zone;

inline std::optional<Misfit> not_scraped(const ServiceSpec& service, const TargetSpec& /*target*/) {
  if (!service.external) return std::nullopt;
  return Misfit{format("{} is a third party's: nobody scrapes it", service.name), "aim at a service of your own"};
}

// Whether something that nothing else in the simulation brings about is seen, and more often than before: another fault
// of the same kind may have been on.
inline bool more_often(double count, double total, double count_before, double total_before) {
  if (count <= 0 || total <= 0) return false;
  return total_before <= 0 || count / total > 2 * count_before / total_before;
}

}  // namespace firedrill::fake_services::faults
