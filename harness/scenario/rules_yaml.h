// Prometheus's rule files, as its model/rulefmt reads them, and PrometheusRule resources of the operator.
#pragma once

#include "alerting/rule_file.h"
#include "promql/options.h"
#include "scenario/yaml.h"

namespace firedrill::scenario {

// What the document says, finished (alerting::finish); errors and warnings are added to `diagnostics`. With errors the
// groups hold what could be read.
alerting::RuleFile decode_rule_file(const Document& document, const promql::Options& options, Diagnostics& diagnostics);

}  // namespace firedrill::scenario
