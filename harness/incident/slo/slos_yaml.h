// SLO files: `slos:`, a list, and `queries:`, PromQL expressions by name; or such expressions alone, without a key
// above them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "promql/options.h"
#include "promql/parse/ast.h"
#include "record/slo.h"
#include "yaml/form.h"

namespace firedrill::incident {

extern const yaml::FileForm kSloForm;

// A PromQL expression with a name, of the `queries:` block.
struct NamedQuery {
  std::string name;
  std::string text;
  std::shared_ptr<const promql::Expr> expression;
  Position where;
};

struct SloFile {
  struct Entry {
    record::Slo slo;
    Position where;    // of its name
    Position service;  // of its service, where it says one
  };
  std::vector<Entry> slos;
  std::vector<NamedQuery> queries;
};

SloFile decode_slo_file(const yaml::Document& document, const promql::ParseOptions& options, Diagnostics& diagnostics);

}  // namespace firedrill::incident
