// What Prometheus refuses of a client of HTTP (common: config/http_config.go) and of service discovery (discovery/*).
#pragma once

#include <string_view>

#include "promql/options.h"
#include "yaml/decode.h"

namespace firedrill::scenario {

// Of any block that has a client's keys.
void refuse_client(const yaml::DecodedBlock& block, Diagnostics& diagnostics);
// Of a job or an Alertmanager.
void refuse_discovery(const yaml::DecodedBlock& block, promql::Version version, Diagnostics& diagnostics);
// The names of labels in a map of them, where Prometheus reads it as such; null: there is none.
void refuse_label_names(const yaml::Node* labels, promql::Version version, Diagnostics& diagnostics);
void refuse_label_name(std::string_view name, const Position& where, promql::Version version, Diagnostics& diagnostics);
// A place on the net that Go cannot read.
void refuse_url(const yaml::DecodedBlock& block, std::string_view key, Diagnostics& diagnostics);

// Tells of a list's items with nothing in them: "empty or null {what}".
void refuse_nulls(const yaml::DecodedBlock& block, std::string_view list, std::string_view what,
                  Diagnostics& diagnostics);

}  // namespace firedrill::scenario
