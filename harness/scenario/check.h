// Checking files without running anything, whatever kind they are of.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/diagnostic.h"

namespace firedrill::scenario {

// The kind is told from the content: a scenario (folder or file), a topology, a rule file or PrometheusRule resource,
// an SLO file. Everything found wrong, warnings too; tidied.
Diagnostics check_path(const std::filesystem::path& path);

struct FoundScenario {
  std::string path;  // of its folder
  std::string summary;
};
// The folders below `folder` (two levels) that hold a scenario.yaml, in order of their paths. One that cannot be read
// has an empty summary.
std::vector<FoundScenario> find_scenarios(const std::filesystem::path& folder);

}  // namespace firedrill::scenario
