// Which scenarios a suite consists of.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/files/read_scope.h"
#include "base/result.h"

namespace firedrill::suite {

struct ScenarioFile {
  std::string name;  // its folder's, which a scenario has too
  FirstFile file;
  std::filesystem::path searched{};  // the folder that was looked through for it; empty: it was named
};

// Of each path the scenario.yaml that it names or holds, else all those below it; each once, in order of their names.
// What stands below a scenario's folder belongs to it, links to folders are not followed, hidden folders are passed
// over. Errors: a path that is not there or holds none; two scenarios of one name, since everything that a suite says
// names them by it.
Result<std::vector<ScenarioFile>> find_scenarios(std::span<const std::string> paths, const ReadOptions& reads);

}  // namespace firedrill::suite
