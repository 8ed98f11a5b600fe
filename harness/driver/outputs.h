// What a run leaves behind: a folder with the record, its series and the reports.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "driver/run.h"
#include "incident/record.h"

namespace firedrill::driver {

// What differs between two equal runs, for run.json.
struct RunMetadata {
  double wall_seconds = 0;
  std::string scenario_path;
  std::string out;
  RunStatistics statistics;
};

// Where a record's folder has its copy of an input, by the name that the record gives it: "../rules/shop.yaml" is
// inputs/up/rules/shop.yaml. Kept are the rule files.
std::filesystem::path kept_input(std::string_view name);

// The series, the rule files, run.json, one file for each report format, and record.json last: where there is a record,
// everything it speaks of is there.
std::vector<NewFile> output_files(const Finished& run, const RunMetadata& metadata,
                                  const std::filesystem::path& folder);

// What an earlier run left in the folder and this one does not write: files of reports that were not due this time,
// rule files under inputs/ that it did not read. Call it when the new files are in place.
void remove_stale_outputs(std::span<const NewFile> written, const std::filesystem::path& folder);

// A record read back, with its series. `path` is the folder or the record.json in it. Errors: not a record, a newer
// version, a series file that is missing or is not the one that the record names, results that do not follow from what
// is recorded.
struct LoadedRecord {
  incident::Record record;
  tsdb::Store series;
};
Result<LoadedRecord> load_record(const std::filesystem::path& path, Budget* budget = nullptr);

}  // namespace firedrill::driver
