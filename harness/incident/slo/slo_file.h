// What an SLO file says, whoever's form it has.
#pragma once

#include <memory>
#include <vector>

#include "incident/slo/declared_slo.h"
#include "record/criteria.h"

namespace firedrill::incident {

struct SloFile {
  struct Entry {
    record::Slo slo;
    Position where;                                 // of its name
    Position service;                               // of its service, where it says one
    std::shared_ptr<const DeclaredSlo> declared{};  // of an OpenSLO or Sloth file; else null
  };
  std::vector<Entry> slos;
  std::vector<record::NamedExpression> queries;
};

}  // namespace firedrill::incident
