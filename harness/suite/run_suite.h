// Runs scenarios, several at a time. What comes out is the same whatever their number is: each run has its own seed,
// budget and world, and results stand in the order of scenarios and seeds.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/bounds/budget.h"
#include "base/files/input_file.h"
#include "base/output/output_folder.h"
#include "reports/suite/results.h"
#include "scenario/given_rules.h"
#include "suite/find_scenarios.h"

namespace firedrill::suite {

struct Options {
  promql::Version promql = promql::Version::v3;
  const scenario::GivenRules* rules = nullptr;  // in place of the scenarios' own; null: theirs
  std::vector<std::uint64_t> seeds{1};          // each once
  unsigned jobs = 0;                            // runs at a time; 0: as many as there are processors
  // Whether a scenario ran before with rules that met what it asks of them. What these rules cannot meet any more is
  // judged then; otherwise it is taken for a slip in the scenario, and refused.
  std::function<bool(std::string_view scenario)> ran_before{};
};

// What a command gives a suite to work with. Those of `limit` and `interrupted` are called by several threads, the
// others by one at a time.
struct Host {
  // Bounds what one run may use.
  std::function<void(Budget&)> limit;
  // Whether the user wants an end: runs that go on are given up, and nothing more is written.
  std::function<bool()> interrupted;
  // So many of all runs are over.
  std::function<void(std::size_t done, std::size_t all)> progress;
  // The command that gives a run of the scenario again, which reads these files.
  std::function<std::string(const ScenarioFile& scenario, std::uint64_t seed, std::span<const InputFile> inputs)>
      command;
  // Whether a run may be written into the folder, before it begins, and its files when it is over; `folder` is one name
  // below the suite's own folder.
  std::function<output::Outcome<void>(const std::string& folder, std::span<const std::string> names)> check;
  std::function<output::Outcome<void>(const std::string& folder, std::span<const output::File> files)> write;
  // `folder` as run.json has it.
  std::function<std::string(const std::string& folder)> place;
};

struct Outcome {
  std::vector<reports::suite::ScenarioRun> runs;
  bool bad_input = false;    // of some scenario, or it asks for more than it may
  bool environment = false;  // something could not be written
  bool interrupted = false;
};

Outcome run_suite(std::span<const ScenarioFile> scenarios, const Options& options, const Host& host);

}  // namespace firedrill::suite
