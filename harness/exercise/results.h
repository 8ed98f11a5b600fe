// What the exercise found, for programs: JSON, and JUnit's test cases, one an alert.
#pragma once

#include <string>

#include "base/output/manifest.h"
#include "base/text/json.h"
#include "exercise/exercise.h"

namespace firedrill::exercise {

// {"alerts": [{"alert", "file", "fires", "clears", "after_s", "cause", "why_not", …}], "total": {…}}.
json::value to_json(const Exercise& exercise);
// An alert that fires and clears has passed, one that does not has failed.
std::string to_junit(const Exercise& exercise);

struct Totals {
  std::size_t alerts = 0;
  std::size_t by_cause = 0;   // that fire and clear
  std::size_t by_metric = 0;  // likewise
  std::size_t noise = 0;      // that fire while nothing is wrong, and could do otherwise
  std::size_t always = 0;     // that read no metric and fire all the time: dead man's switches
  std::size_t gaps = 0;       // that do so for want of what the topology does not have
  std::size_t clock = 0;      // that fire and clear by the clock alone
  std::size_t silent = 0;     // that nothing makes fire
  std::size_t stuck = 0;      // that fire, and do not clear
};
Totals totals_of(const Exercise& exercise);

// The folder of the scenarios, their topology and their rules.
const output::FolderKind& exercise_folder();

}  // namespace firedrill::exercise
