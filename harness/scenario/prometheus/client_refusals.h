// What Prometheus refuses of a client of HTTP (common: config/http_config.go) and of service discovery (discovery/*).
#pragma once

#include <span>
#include <string_view>

#include "promql/options.h"
#include "yaml/decode.h"

namespace firedrill::scenario {

// Whose client it is. Version 2 does not look at the certificates of a discovery's client before it is used.
enum class ClientOf { server, discovery };
// Of any block that has a client's keys.
void refuse_client(const yaml::DecodedBlock& block, promql::Version version, ClientOf of, Diagnostics& diagnostics);
// Of a block whose client is not validated: what no client could be read from.
void refuse_client_form(const yaml::DecodedBlock& block, promql::Version version, Diagnostics& diagnostics);
// Of a block that has only TLS's part of a client.
void refuse_tls(const yaml::DecodedBlock* tls, promql::Version version, Diagnostics& diagnostics);
// Of a job or an Alertmanager.
void refuse_discovery(const yaml::DecodedBlock& block, promql::Version version, Diagnostics& diagnostics);
// The names of labels in a map of them, where Prometheus reads it as such; null: there is none.
void refuse_label_names(const yaml::Node* labels, promql::Version version, Diagnostics& diagnostics);
void refuse_label_name(std::string_view name, const Position& where, promql::Version version, Diagnostics& diagnostics);
// A place on the net that Go cannot read.
void refuse_url(const yaml::DecodedBlock& block, std::string_view key, Diagnostics& diagnostics);

// Fields that Prometheus has had since version 2.42, in a file that is read as that version's.
void refuse_newer_fields(const yaml::Node& block, std::span<const std::string_view> names, promql::Version version,
                         Diagnostics& diagnostics);

// A mapping of which each value is a list of texts.
void expect_lists_of_texts(const yaml::Node& mapping, std::string_view name, Diagnostics& diagnostics);

// Tells of a list's items with nothing in them: "empty or null {what}".
void refuse_nulls(const yaml::DecodedBlock& block, std::string_view list, std::string_view what,
                  Diagnostics& diagnostics);

}  // namespace firedrill::scenario
