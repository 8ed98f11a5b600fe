#include "driver/outputs.h"

#include <sys/utsname.h>

#include <algorithm>
#include <optional>

#include "base/bounds/activity.h"
#include "base/files/files.h"
#include "base/files/read_scope.h"
#include "base/hash.h"
#include "base/text/format.h"
#include "base/text/json.h"
#include "base/text/utf8.h"
#include "base/version.h"
#include "driver/verify_record.h"
#include "incident/expectations/expectation_table.h"
#include "incident/expressions.h"
#include "record/record_json.h"
#include "reports/format.h"
#include "tsdb/series_file.h"

namespace firedrill::driver {
namespace {

namespace fs = std::filesystem;

// The series of a month may be large; nobody writes them by hand.
constexpr std::size_t kMaxRecordBytes = std::size_t{512} << 20;

std::string run_json(const RunMetadata& metadata) {
  const RunStatistics& statistics = metadata.statistics;
  const double wall = metadata.wall_seconds > 0 ? metadata.wall_seconds : 1e-9;
  utsname host{};
  ::uname(&host);
  json::object out;
  out["scenario"] = metadata.scenario_path;
  out["out"] = metadata.out;
  out["host"] = json::object{{"system", host.sysname}, {"release", host.release}, {"machine", host.machine}};
  out["wall_seconds"] = metadata.wall_seconds;
  out["virtual_seconds"] = to_seconds(statistics.virtual_time);
  out["virtual_to_wall"] = to_seconds(statistics.virtual_time) / wall;
  out["series"] = statistics.series;
  out["samples"] = statistics.samples;
  out["samples_per_second"] = static_cast<double>(statistics.samples) / wall;
  out["rule_evaluations"] = statistics.rule_evaluations;
  out["rule_evaluations_per_second"] = static_cast<double>(statistics.rule_evaluations) / wall;
  out["store_bytes"] = statistics.store_bytes;
  return write_json(out, JsonStyle::pretty);
}

Position whole_file(const fs::path& path) {
  Position position;
  position.source = make_source(path.string(), {});
  return position;
}

// Empty if all minutes are of services of the record.
std::string foreign_minutes(std::span<const record::ServiceTruth> truth, const record::Record& record) {
  for (const record::ServiceTruth& of : truth) {
    if (std::ranges::find(record.services, of.service, &record::ServiceSummary::name) == record.services.end()) {
      return format("holds minutes of a service '{}', which the record beside it does not know", of.service);
    }
  }
  return {};
}

// The series, and the truth by minute in `record`.
Result<tsdb::Store> load_series(const ReadScope& scope, const std::string& place, record::Record& record,
                                Budget* budget) {
  const auto bytes = scope.read_found(place, kMaxRecordBytes);
  if (!bytes) return std::unexpected(bytes.error());
  const Position whole = whole_file(scope.folder() / place);
  if (sha256_hex((*bytes)->text) != record.series_hash) {
    return failure(whole, "is not the series file that was written with the record beside it",
                   format("copy the whole folder of one run, or run it again: {}", record.command));
  }
  const auto minutes = static_cast<std::size_t>((record.judged_to - record.judged_from) / 1min + 1);
  const std::size_t bounds = record.latency_bounds_s.size();
  const auto columns = tsdb::read_beside(*bytes, record::largest_truth(record.services.size(), minutes, bounds));
  if (!columns) return std::unexpected(columns.error());
  auto truth = record::decode_truth(*columns, record.latency_bounds_s, minutes);
  if (!truth) return failure(whole, truth.error(), "run the scenario again");
  if (const std::string other = foreign_minutes(*truth, record); !other.empty()) {
    return failure(whole, other, format("copy the whole folder of one run, or run it again: {}", record.command));
  }
  record.truth = std::move(*truth);
  return tsdb::decode_series(*bytes, budget);
}

// The logs of a record that has some.
Result<record::Logs> load_logs(const ReadScope& scope, const std::string& place, const record::Record& record) {
  constexpr std::size_t kMostBytes = 4 * record::kMostLogBytes;
  const auto bytes = scope.read_found(place, kMostBytes);
  if (!bytes) return std::unexpected(bytes.error());
  if (sha256_hex((*bytes)->text) != *record.logs_hash) {
    return failure(whole_file(scope.folder() / place),
                   "is not the file of logs that was written with the record beside it",
                   format("copy the whole folder of one run, or run it again: {}", record.command));
  }
  return record::decode_logs(*bytes);
}

// A part of an input's path, as it is kept: no two are kept alike, whatever they are.
std::string kept_part(const std::string& part) {
  constexpr std::size_t kLongest = 255;  // a file's name, in every file system that matters
  std::string kept;
  if (part == "/") return "_root";
  if (part == "..") return "_up";
  if (first_invalid_utf8(part) != std::string_view::npos) {
    // The list of outputs is JSON.
    kept = "_x";
    for (const char c : part) kept += format("{:02x}", static_cast<unsigned char>(c));
  } else {
    // So that a folder of that name is not taken for the one above.
    kept = part.starts_with('_') ? '_' + part : part;
  }
  return kept.size() <= kLongest ? kept : "_h" + sha256_hex(part);
}

std::string without_keep_none(std::string command) {
  constexpr std::string_view kOption = " --keep none";
  if (const auto at = command.find(kOption); at != std::string::npos) command.erase(at, kOption.size());
  return command;
}

}  // namespace

std::string kept_input(std::string_view name) {
  std::string path = "inputs";
  for (const fs::path& each : fs::path(name)) {
    const std::string part = each.string();
    if (part == "." || part.empty()) continue;
    path += '/';
    path += kept_part(part);
  }
  constexpr std::size_t kLongest = 2048;  // far below the system's bound on a path
  return path.size() <= kLongest ? path : "inputs/_h" + sha256_hex(name);
}

std::vector<output::File> output_files(const Finished& run, const RunMetadata& metadata) {
  std::vector<output::File> files;
  if (run.series_file != nullptr) files.emplace_back("series", run.series_file);
  if (run.logs_file != nullptr) files.emplace_back(record::kLogsFile, run.logs_file);
  files.emplace_back("run.json", run_json(metadata));
  for (const InputFile& input : run.rule_files) {
    files.emplace_back(kept_input(input.name), input.source->text);
  }
  std::string record_json;
  for (const reports::Format& format : reports::formats()) {
    if (format.file_name.empty() || (format.due != nullptr && !format.due(run.record))) continue;
    std::string text = format.render(run.record, run.series);
    if (format.file_name == "record.json") {
      record_json = std::move(text);
    } else {
      files.emplace_back(std::string(format.file_name), std::move(text));
    }
  }
  files.emplace_back("record.json", std::move(record_json));
  return files;
}

std::vector<std::string> output_names(const scenario::LoadedScenario& scenario) {
  std::vector<std::string> names = {"series", record::kLogsFile, "run.json"};
  for (const InputFile* input : rule_inputs(scenario)) names.push_back(kept_input(input->name));
  for (const reports::Format& format : reports::formats()) {
    if (!format.file_name.empty()) names.emplace_back(format.file_name);
  }
  return names;
}

Result<LoadedRecord> load_record(const fs::path& path, const LoadOptions& options) {
  std::error_code error;
  const bool named = !fs::is_directory(path, error);
  const fs::path file = named ? path : path / "record.json";
  std::optional<output::ReadingFolder> folder;
  if (auto opened = output::ReadingFolder::open(file.parent_path(), run_folder(), options.hooks)) {
    folder = std::move(*opened);
  } else {
    return failure(std::move(opened.error().diagnostics));
  }
  // What stands in a record's folder is its own: no link out of it is followed.
  const ReadScope scope = ReadScope::within(file.parent_path());
  auto source = named ? read_source(file.parent_path() / folder->place_of(file.filename().string()), file.string(),
                                    kMaxRecordBytes)
                      : scope.read_found(folder->place_of("record.json"), kMaxRecordBytes);
  // Made since it was looked at, by a run that goes on beside.
  if (!source && named && fs::is_directory(path, error)) return load_record(path, options);
  if (!source) return std::unexpected(source.error());
  const Position whole{*source, 0, 0};
  const Activity activity(whole);
  auto record = record::read_record(*source, incident::expectation_forms());
  if (!record) return std::unexpected(record.error());
  if (options.needs_series && record->series_hash.empty()) {
    return failure(whole_file(file), "the record keeps no series",
                   format("make it again without `--keep none`: {}", without_keep_none(record->command)));
  }
  if (options.needs_logs && !record->logs_hash) {
    return failure(whole_file(file), "the record keeps no logs",
                   format("make it again without `--keep none`: {}", without_keep_none(record->command)));
  }
  LoadedRecord loaded{std::move(*record), tsdb::Store(options.budget), {}};
  for (const std::string& name : loaded.record.monitoring.rule_files) {
    if (!options.rule_files) break;
    const std::string kept = kept_input(name);
    loaded.rule_files.emplace(name, scope.read_mentioned(folder->place_of(kept)));
  }
  if (!loaded.record.series_hash.empty()) {
    auto series = load_series(scope, folder->place_of("series"), loaded.record, options.budget);
    if (!series) return std::unexpected(series.error());
    loaded.series = std::move(*series);
  }
  record::Logs logs;
  if (loaded.record.logs_hash && (options.logs || options.needs_logs)) {
    auto read = load_logs(scope, folder->place_of(record::kLogsFile), loaded.record);
    if (!read) return std::unexpected(read.error());
    logs = std::move(*read);
  }
  folder.reset();
  incident::parse_rules(loaded.record);
  // Results without what they follow from are taken as they are.
  if (loaded.record.monitoring.keep == to_string(Keep::none)) return loaded;
  if (auto verified = verify_results(loaded.record, loaded.series, whole_file(file)); !verified) {
    return failure(std::move(verified.error()));
  }
  loaded.judged_again = loaded.record.firedrill == kVersion;
  loaded.record.logs = std::move(logs);
  return loaded;
}

}  // namespace firedrill::driver
