// Whether what a drill writes has a place for each: held against one another before the drill.
#pragma once

#include <string>
#include <vector>

#include "cli/exit_code.h"

namespace firedrill::cli {

// As the user named them; empty: it is not asked for. `names` are of the files that --out writes into its folder.
struct DrillPlaces {
  std::string transcript{};
  std::string log{};
  std::string out{};
  std::vector<std::string> names{};
};

// kPassed: none of them stands where another one is to be written. Else it is said which.
ExitCode check_apart(const DrillPlaces& places);

}  // namespace firedrill::cli
