// A drill for every alert: a world in which it fires, and one in which it clears. Each is looked for, and then proved
// by a run of the scenario that is written of it.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bounds/budget.h"
#include "base/output/manifest.h"
#include "base/result.h"
#include "exercise/drill.h"
#include "exercise/plan.h"
#include "exercise/subject.h"
#include "promql/options.h"
#include "scenario/given_rules.h"

namespace firedrill::exercise {

// By what an alert was made to fire.
enum class By { nothing, cause, metric };

// Of one alert, as a run found it.
struct Outcome {
  std::string alert;
  std::string file;
  std::size_t line = 0;
  bool fires = false;
  bool clears = false;
  std::optional<Duration> after;         // since the cause began
  std::optional<Duration> clears_after;  // since it was over
  By by = By::nothing;
  std::string cause;     // in words; empty: none
  std::string scenario;  // whose section shows it
  std::string why_not;   // it does not fire, or does not clear; empty: it does both
  bool noise = false;    // it fires while nothing is wrong, and reads what is there
  std::string gap;       // it does for want of this, which the topology does not have; empty: it does not
  bool always = false;   // it reads no metric, and fires all the time, as a dead man's switch does
  bool clock = false;    // it reads the clock alone: nothing but the time makes it fire, and clear
};

struct Options {
  promql::Version version = promql::Version::v3;
  std::string name = "exercise";  // of the scenario, and of its folder
  bool causes = true;             // else made-up metrics alone
  Budget* budget = nullptr;
  std::function<void(double share, const std::string& what)> progress = {};
};

struct Exercise {
  std::vector<Outcome> outcomes;       // in the order of the rules
  std::vector<output::File> files;     // scenarios, topology and rules, as they were run
  std::vector<std::string> scenarios;  // of these, the scenarios' own
};

// Without a stand it is firedrill's own, fitted to the rules (fitted_stand.h). Errors are the topology's.
Result<Exercise> exercise(const scenario::GivenRules& rules, std::optional<Stand> stand, const Options& options);

}  // namespace firedrill::exercise
