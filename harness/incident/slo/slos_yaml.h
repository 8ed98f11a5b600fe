// SLO files: `slos:`, a list, and `queries:`, PromQL expressions by name; or such expressions alone, without a key
// above them.
#pragma once

#include <vector>

#include "promql/options.h"
#include "record/criteria.h"
#include "yaml/form.h"

namespace firedrill::incident {

extern const yaml::FileForm kSloForm;

struct SloFile {
  struct Entry {
    record::Slo slo;
    Position where;    // of its name
    Position service;  // of its service, where it says one
  };
  std::vector<Entry> slos;
  std::vector<record::NamedExpression> queries;
};

SloFile decode_slo_file(const yaml::Document& document, const promql::ParseOptions& options, Diagnostics& diagnostics);

}  // namespace firedrill::incident
