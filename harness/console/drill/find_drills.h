// Which drills there are, and a drill ready to be worked.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/files/read_scope.h"
#include "base/result.h"
#include "console/drill/drill.h"
#include "scenario/load.h"

namespace firedrill::console {

struct DrillFile {
  Drill drill;
  FirstFile scenario;         // scenario.yaml beside it
  std::string scenario_name;  // its folder's: never for the trainee
};

// Of each path the drill.yaml that the folder holds, else all those in folders beside a scenario.yaml below it, in
// order of their code names. Errors, for who writes drills: a file that is wrong, two of one name, none.
Result<std::vector<DrillFile>> find_drills(std::span<const std::string> paths, const ReadOptions& reads);

// A variant of it (load_drill.cc), its scenario loaded and made the trainee's. Errors are for who writes drills, and
// give it away.
struct LoadedDrill {
  std::shared_ptr<const Drill> drill;  // with the variant's names
  std::shared_ptr<const scenario::LoadedScenario> scenario;
};
Result<LoadedDrill> load_drill(const DrillFile& file, std::int64_t variant);
// The same, and an error, too, where without its faults its world comes to no steady state (scenario/steady_state.h):
// what faults do to such a one tells nothing.
Result<LoadedDrill> load_steady_drill(const DrillFile& file, std::int64_t variant);

// For who writes drills (check_drill.cc): the drill as written, its first variants, each choice of each value that
// variants draw, the names that they draw, and every line of the best response, carried out.
inline constexpr std::int64_t kVariantsChecked = 3;
Diagnostics check_drill(const DrillFile& file);

}  // namespace firedrill::console
