// SLO files: `slos:`, a list, and `queries:`, PromQL expressions by name; or such expressions alone, without a key
// above them. Files of OpenSLO v1 and of Sloth are read in their place.
#pragma once

#include "incident/slo/slo_file.h"
#include "promql/options.h"
#include "yaml/form.h"

namespace firedrill::incident {

extern const yaml::FileForm kSloForm;

// Of an OpenSLO or Sloth file, too, with all documents that the source has.
SloFile decode_slo_file(const yaml::Document& document, const promql::ParseOptions& options, Diagnostics& diagnostics);

}  // namespace firedrill::incident
