// firedrill check SCENARIO --speed X: what of a scenario is another when its incident passes faster, and what cannot
// be.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/files/read_scope.h"
#include "base/result.h"
#include "monitor/prometheus/installed.h"
#include "monitor/speed/faster_rules.h"
#include "promql/options.h"

namespace firedrill::cli {

struct SpeedCheckOptions {
  std::vector<std::string> paths;  // scenarios
  double speed = 1;
  std::uint64_t seed = 1;  // of the simulated run that says what is to be expected
  monitor::Evaluator evaluator = monitor::Evaluator::embedded;
  promql::Version version = promql::Version::v3;
  std::optional<monitor::Installed> prometheus{};  // whose version that is
  ReadOptions reads;
  bool json = false;
};

struct SpeedCheck {
  std::string text;   // to be printed
  Diagnostics found;  // as a run would tell it before it starts anything; in JSON it is part of the text
};
// The error: a path is no scenario, or one that cannot be read.
Result<SpeedCheck> check_speed_of(SpeedCheckOptions options);

}  // namespace firedrill::cli
