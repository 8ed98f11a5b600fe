// What a run leaves behind: a folder with the record, its series and the reports.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/output/output_folder.h"
#include "base/result.h"
#include "driver/run.h"
#include "driver/run_folder.h"
#include "record/record.h"

namespace firedrill::driver {

// What differs between two equal runs, for run.json.
struct RunMetadata {
  double wall_seconds = 0;
  std::string scenario_path;
  std::string out;
  RunStatistics statistics;
};

// Where a record's folder has its copy of an input, by the name that the record gives it: "../rules/shop.yaml" is
// inputs/_up/rules/shop.yaml. No two inputs have one place. Kept are the rule files.
std::string kept_input(std::string_view name);

// The series, the logs, the rule files, run.json, one file for each report format, and record.json last: where there is
// a record, everything it speaks of is there.
std::vector<output::File> output_files(const Finished& run, const RunMetadata& metadata);
// The names of all that a run of the scenario may write.
std::vector<std::string> output_names(const scenario::LoadedScenario& scenario);

// A record read back, with its series. `path` is the folder or the record.json in it. Errors: not a record, a newer
// version, a series file that is missing or is not the one that the record names, results that do not follow from what
// is recorded.
//
// All of its files are of one run: no other run lands in the folder while they are read.
struct LoadedRecord {
  record::Record record;
  tsdb::Store series;
  // The copies of what the run read, by the record's names; where they are asked for.
  std::map<std::string, Result<SourcePtr>> rule_files;
  // Its results were found to follow from what it records; not of another version's records, or of those that keep no
  // series.
  bool judged_again = false;
};
struct LoadOptions {
  bool rule_files = false;
  bool needs_series = false;  // a record that keeps none is refused
  bool logs = false;          // Record::logs is read, where there are any
  bool needs_logs = false;    // a record that keeps none is refused
  output::Hooks hooks{};
  Budget* budget = nullptr;  // of the command; null: no bound
};
Result<LoadedRecord> load_record(const std::filesystem::path& path, const LoadOptions& options = {});

}  // namespace firedrill::driver
