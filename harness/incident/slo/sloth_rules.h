// The rules of an SLO as Sloth writes them (slok/sloth 0.12: pkg/common/conventions, internal/plugin/slo/core): the
// same names, labels and expressions, so that dashboards and routes made for them stay.
#pragma once

#include <string>

#include "base/result.h"
#include "incident/slo/selector_indicator.h"
#include "incident/slo/slo_rule_options.h"

namespace firedrill::incident {

// Three groups: error ratios by window; objective, budget and burn rates; alerts, where there are any. `sloth_version`
// says firedrill. Errors: an SLO that counts over another time than Sloth has windows for (28 or 30 days), or that has
// no service. Warnings: an OpenSLO SLO, whose alerts have no name and are left out, as Sloth does.
Result<std::string> sloth_groups(const PlacedSlo& placed, const MadeIndicator& made, const SloRuleOptions& options,
                                 Diagnostics& warnings);

}  // namespace firedrill::incident
