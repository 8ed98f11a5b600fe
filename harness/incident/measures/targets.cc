#include "incident/measures/targets.h"

namespace firedrill::incident {

std::optional<DefaultTarget> default_target(std::string_view measure, std::optional<record::SeverityLevel> peak) {
  if (measure == "ttd") return DefaultTarget{5min, 10min};
  if (measure == "ttr" && peak == record::SeverityLevel::p0) return DefaultTarget{30min, 45min};
  return std::nullopt;
}

}  // namespace firedrill::incident
