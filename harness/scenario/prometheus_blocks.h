// The form of prometheus.yml: every key that Prometheus knows (config/config.go; common: config/http_config.go). Of
// kinds of service discovery that are not told apart here, any content is taken.
#pragma once

#include "yaml/decode.h"

namespace firedrill::scenario {

const yaml::Block& prometheus_block();
// Of a file of `scrape_config_files`.
const yaml::Block& scrape_config_block();

// The kinds of service discovery that are part of a job's or an Alertmanager's form.
std::span<const std::string_view> other_discovery_keys();

}  // namespace firedrill::scenario
