// SLO files: `slos:`, a list, and `queries:`, PromQL expressions by name; or such expressions alone, without a key
// above them.
#pragma once

#include <vector>

#include "incident/slo/slo.h"
#include "scenario/decode.h"
#include "scenario/load.h"

namespace firedrill::scenario {

struct SloFile {
  struct Entry {
    record::Slo slo;
    Position where;    // of its name
    Position service;  // of its service, where it says one
  };
  std::vector<Entry> slos;
  std::vector<NamedQuery> queries;
};

// Whether a root without our keys is expressions by name, and nothing else, each with a selector's or a call's
// brackets.
bool holds_queries_alone(const Node& root);

SloFile decode_slo_file(const Document& document, const promql::ParseOptions& options, Diagnostics& diagnostics);

}  // namespace firedrill::scenario
