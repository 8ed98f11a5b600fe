// Relabelling as prometheus.yml has it, out of its decoded blocks (prometheus_blocks.h).
#pragma once

#include <span>
#include <vector>

#include "alerting/relabel.h"
#include "promql/options.h"
#include "yaml/decode.h"

namespace firedrill::scenario {

// What is wrong with a step is told as Prometheus does, and the step left out.
std::vector<alerting::RelabelStep> make_steps(std::span<const yaml::DecodedBlock> blocks, promql::Version version,
                                              Diagnostics& diagnostics);

}  // namespace firedrill::scenario
