// The scenario's own metrics, as a process is told of them over the control line (control.h).
#pragma once

#include <string>
#include <vector>

#include "base/text/json.h"
#include "fake_services/telemetry/metric_spec.h"

namespace firedrill::fake_services {

// Those of the service that stand for a signal, without `per`.
json::array own_metrics_json(const std::vector<MetricSpec>& metrics, const std::string& service);
std::vector<MetricSpec> read_own_metrics(const json::array& told);

}  // namespace firedrill::fake_services
