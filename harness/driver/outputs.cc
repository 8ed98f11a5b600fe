#include "driver/outputs.h"

#include <sys/utsname.h>

#include <algorithm>

#include "base/activity.h"
#include "base/files.h"
#include "base/format.h"
#include "base/hash.h"
#include "base/json.h"
#include "driver/verify_record.h"
#include "incident/record_json.h"
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

}  // namespace

fs::path kept_input(std::string_view name) {
  fs::path path = "inputs";
  for (const fs::path& part : fs::path(name)) {
    if (part == "/") {
      path /= "root";
    } else if (part == "..") {
      path /= "up";
    } else if (part != ".") {
      path /= part;
    }
  }
  return path;
}

std::vector<NewFile> output_files(const Finished& run, const RunMetadata& metadata, const fs::path& folder) {
  std::vector<NewFile> files;
  files.emplace_back(folder / "series", run.series_file);
  files.emplace_back(folder / "run.json", run_json(metadata));
  for (const scenario::InputFile& input : run.rule_files) {
    files.emplace_back(folder / kept_input(input.name), input.source->text);
  }
  std::string record_json;
  for (const reports::Format& format : reports::formats()) {
    if (format.file_name.empty() || (format.due != nullptr && !format.due(run.record))) continue;
    std::string text = format.render(run.record, run.series);
    if (format.file_name == "record.json") {
      record_json = std::move(text);
    } else {
      files.emplace_back(folder / format.file_name, std::move(text));
    }
  }
  files.emplace_back(folder / "record.json", std::move(record_json));
  return files;
}

void remove_stale_outputs(std::span<const NewFile> written, const fs::path& folder) {
  const auto stale = [&](const fs::path& path) {
    return std::ranges::find(written, path, &NewFile::path) == written.end();
  };
  std::error_code ignored;
  for (const reports::Format& format : reports::formats()) {
    const fs::path path = folder / format.file_name;
    if (!format.file_name.empty() && stale(path)) fs::remove(path, ignored);
  }
  std::vector<fs::path> old;
  for (const auto& entry : fs::recursive_directory_iterator(folder / "inputs", ignored)) {
    if (entry.is_regular_file(ignored) && stale(entry.path())) old.push_back(entry.path());
  }
  for (const fs::path& path : old) fs::remove(path, ignored);
}

Result<LoadedRecord> load_record(const fs::path& path, Budget* budget) {
  std::error_code error;
  const fs::path file = fs::is_directory(path, error) ? path / "record.json" : path;
  auto source = read_source(file, file.string(), kMaxRecordBytes);
  if (!source) return std::unexpected(source.error());
  const Position whole{*source, 0, 0};
  const Activity activity(whole);
  auto record = incident::read_record(*source);
  if (!record) return std::unexpected(record.error());
  LoadedRecord loaded{std::move(*record), tsdb::Store(budget)};
  if (loaded.record.series_hash.empty()) {
    if (auto verified = verify_results(loaded.record, loaded.series, whole_file(file)); !verified) {
      return failure(std::move(verified.error()));
    }
    return loaded;
  }
  const fs::path beside = file.parent_path() / "series";
  auto bytes = read_source(beside, beside.string(), kMaxRecordBytes);
  if (!bytes) return std::unexpected(bytes.error());
  if (sha256_hex((*bytes)->text) != loaded.record.series_hash) {
    return failure(whole_file(beside), "is not the series file that the record names",
                   "the record and its series belong together; copy the whole folder");
  }
  auto store = tsdb::decode_series(*bytes, budget);
  if (!store) return std::unexpected(store.error());
  loaded.series = std::move(*store);
  if (auto verified = verify_results(loaded.record, loaded.series, whole_file(file)); !verified) {
    return failure(std::move(verified.error()));
  }
  return loaded;
}

}  // namespace firedrill::driver
