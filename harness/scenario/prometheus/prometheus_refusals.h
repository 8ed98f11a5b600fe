// What Prometheus refuses of a configuration beyond its form (config/config.go, discovery/*, common:
// config/http_config.go), in its words: of the parts that mean nothing in a simulated world too, since with any of it
// Prometheus does not start.
#pragma once

#include <string_view>

#include "promql/options.h"
#include "yaml/decode.h"

namespace firedrill::scenario {

// `configuration` is a prometheus.yml decoded by prometheus_block().
void refuse_as_prometheus(const yaml::DecodedBlock& configuration, promql::Version version, Diagnostics& diagnostics);

// Of its `scrape_configs` alone, or of those of a file of `scrape_config_files`; `global` may be null.
void refuse_jobs_as_prometheus(const yaml::DecodedBlock& root, const yaml::DecodedBlock* global,
                               promql::Version version, Diagnostics& diagnostics);

// "10MB", "1GB512MiB", "0": a number of bytes with its unit.
bool is_byte_size(std::string_view text);

}  // namespace firedrill::scenario
