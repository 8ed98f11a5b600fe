// The form of prometheus.yml: every key that Prometheus knows (config/config.go; common: config/http_config.go). Kinds
// of service discovery that mean nothing here have forms of their own (discovery_kinds.h).
#pragma once

#include "yaml/decode.h"

namespace firedrill::scenario {

const yaml::Block& prometheus_block();
// Of a file of `scrape_config_files`.
const yaml::Block& scrape_config_block();

// The keys of a client of HTTP that a block has beside its own: all of them, the block of TLS alone, or none.
yaml::Block client_block(bool whole, bool tls);

// The kinds of service discovery that are part of a job's or an Alertmanager's form.
std::span<const std::string_view> other_discovery_keys();

}  // namespace firedrill::scenario
