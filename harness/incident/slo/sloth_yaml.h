// Sloth's SLO files: `version: prometheus/v1`, and its resource for Kubernetes, `apiVersion: sloth.slok.dev/v1` of the
// kind PrometheusServiceLevel, which says the same in camel case (slok/sloth: pkg/prometheus/api/v1,
// pkg/kubernetes/api/sloth/v1).
#pragma once

#include "incident/slo/slo_file.h"
#include "promql/options.h"
#include "yaml/document.h"

namespace firedrill::incident {

inline constexpr std::string_view kSlothSpec = "prometheus/v1";
inline constexpr std::string_view kSlothResourceSpec = "sloth.slok.dev/v1";

// One document of either form. Sloth's SLOs count over 30 days unless it is told otherwise on its command line.
void decode_sloth(const yaml::Node& root, const promql::ParseOptions& options, SloFile& file, Diagnostics& diagnostics);

}  // namespace firedrill::incident
