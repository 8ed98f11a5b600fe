// Values of made-up series under which an alert fires, and others under which it does not.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "exercise/stage.h"
#include "exercise/subject.h"
#include "exercise/trial.h"

namespace firedrill::exercise {

struct Solution {
  std::vector<Prop> props;
  Duration lead{};    // that the world is well before
  Duration hot{};     // how long the alert was made to fire in the trial
  Duration fires{};   // after so long, in the trial
  Duration clears{};  // likewise, after what made it fire is over
};

struct SolveOptions {
  promql::Options promql{};
  std::size_t evaluations = 30'000;           // of rules, at most, for one alert
  Duration longest = std::chrono::hours(72);  // what looks back farther is not tried
};

struct NoSolution {
  std::string why;
  bool fires = false;  // values were found that make it fire, and none that make it clear again
};

// The same for the same subject.
std::expected<Solution, NoSolution> solve(const Subject& subject, const SolveOptions& options);

}  // namespace firedrill::exercise
