// SLO files: `slos:`, a list, and `queries:`, PromQL expressions by name; or such expressions alone, without a key
// above them.
#pragma once

#include <vector>

#include "incident/slo.h"
#include "scenario/decode.h"
#include "scenario/load.h"

namespace firedrill::scenario {

struct SloFile {
  struct Entry {
    incident::Slo slo;
    Position where;    // of its name
    Position service;  // of its service, where it says one
  };
  std::vector<Entry> slos;
  std::vector<NamedQuery> queries;
};

SloFile decode_slo_file(const Document& document, const promql::ParseOptions& options, Diagnostics& diagnostics);

}  // namespace firedrill::scenario
