// A program works many drills: what came of each, and of all.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "console/agent/work.h"
#include "console/drill/find_drills.h"
#include "console/score/score.h"

namespace firedrill::console {

struct SuiteOptions {
  std::string agent{};        // the command
  bool keeps_agents = false;  // one that has worked a drill to its end is told of the next one, and not started anew
  std::int64_t seeds = 1;     // of each drill: variant and seed 1, 2, …
  unsigned jobs = 0;          // 0: as many as there are processors
  AgentBounds bounds{};       // an end that is asked for ends the suite: what is not done by then is left out
};

struct SuiteRow {
  std::string drill{};
  std::uint64_t seed = 1;
  bool worked = false;  // to its end, or the agent's
  std::string error{};  // it could not be worked at all; for who runs the suite
  AgentRun run{};
  Score score{};
  std::size_t steps = 0;
  std::string transcript{};  // JSON
};

// In order of drills and seeds, whatever the number of jobs. Those that were not worked to their end since an end was
// asked for are not there.
std::vector<SuiteRow> run_suite(std::span<const DrillFile> drills, const SuiteOptions& options);

// A share with its interval (Wilson, 95 %).
struct Share {
  std::size_t of = 0;
  std::size_t all = 0;
  double low = 0;
  double high = 0;
};
Share share_of(std::size_t of, std::size_t all);
// A mean with its interval (normal, 95 %).
struct Mean {
  double value = 0;
  double low = 0;
  double high = 0;
};
Mean mean_of(std::span<const double> values);

struct SuiteSummary {
  std::size_t drills = 0;
  Share cause_found, mitigated;  // of those in which something was wrong
  Share false_alarms;            // of those in which nothing was
  Share in_trouble;              // the agent died, hung or flooded
  Mean points;                   // share of those that there were, 0 to 1
  Mean harm;                     // requests lost beyond nobody's
  Mean steps;
};
SuiteSummary summary_of(std::span<const SuiteRow> rows);

}  // namespace firedrill::console
