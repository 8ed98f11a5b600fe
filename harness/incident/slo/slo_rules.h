// Alerting on SLOs, written as a Prometheus rule file: the error ratio recorded over the windows of the usual burn-rate
// conditions, an alert that pages while the budget burns fast, another that makes a ticket while it burns slowly.
#pragma once

#include <span>
#include <string>

#include "base/result.h"
#include "incident/slo/slo_rule_options.h"

namespace firedrill::incident {

// The file's text, one group for each SLO: recording rules slo:sli_error:ratio_rate5m and so on with labels slo and
// service, then the alerts. Errors: a selector that is none, a latency threshold above the histogram's bounds, a plugin
// of Sloth's, a minimum of failures where the queries count none.
// Warnings: an SLO without a service, a threshold between two bounds, conditions that even a total outage cannot meet,
// an SLO over less time than any condition looks back.
Result<std::string> slo_rules(std::span<const PlacedSlo> slos, const SloRuleOptions& options, Diagnostics& warnings);

}  // namespace firedrill::incident
