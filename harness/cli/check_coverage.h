// firedrill check --coverage: which alerts have all the series that they read, and what the others lack.
#pragma once

#include <string>
#include <vector>

#include "base/files/read_scope.h"
#include "base/result.h"
#include "promql/options.h"

namespace firedrill::cli {

struct CoverageOptions {
  std::vector<std::string> paths;  // scenarios, or rule files
  std::string topology;            // against which rule files are held; empty: firedrill's own
  promql::Version version = promql::Version::v3;
  ReadOptions reads;
  bool json = false;
};

// What is to be printed; rules of scenarios are held against those, the others against the topology.
Result<std::string> coverage_text(CoverageOptions options);

}  // namespace firedrill::cli
