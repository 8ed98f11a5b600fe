// Files of OpenSLO v1 (github.com/OpenSLO/OpenSLO): documents of the kinds SLO, SLI, DataSource, Service, AlertPolicy
// and the like, which refer to each other by name within the file.
#pragma once

#include <span>

#include "incident/slo/slo_file.h"
#include "promql/options.h"
#include "yaml/document.h"

namespace firedrill::incident {

inline constexpr std::string_view kOpenSloSpec = "openslo/v1";

// An SLO for each objective, with its number behind the name where there are several.
void decode_openslo(std::span<const yaml::Node* const> documents, const promql::ParseOptions& options, SloFile& file,
                    Diagnostics& diagnostics);

}  // namespace firedrill::incident
