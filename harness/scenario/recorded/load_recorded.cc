#include "scenario/recorded/load_recorded.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>

#include "base/duration.h"
#include "base/report.h"
#include "base/text/format.h"
#include "fake_services/telemetry/instrument_names.h"
#include "fake_services/world.h"
#include "scenario/recorded/recording_file.h"

namespace firedrill::scenario {
namespace {

namespace fs = fake_services;
using Types = std::map<std::string, model::MetricType, std::less<>>;

// Of all that the world shows beside recordings.
Types types_of_world(const Exposing& exposing) {
  const Time start = exposing.scenario.start;
  const fs::World world({.topology = exposing.topology,
                         .metrics = exposing.metrics,
                         .faults = exposing.faults,
                         .start = start,
                         .origin = start + exposing.scenario.warmup,
                         .kubernetes = true});
  Types types;
  for (const fs::Target& target : world.targets()) {
    for (const model::SeriesInfo& series : target.series) types.emplace(series.labels.metric_name(), series.type);
  }
  return types;
}

// One finding of a file: the others are alike.
void check_names(const fs::Recording& recording, const Types& types, const Position& where, Diagnostics& diagnostics) {
  for (const fs::RecordedSeries& series : recording.series) {
    const std::string name(series.info.labels.metric_name());
    if (fs::is_of_scrape(name)) {
      return report(diagnostics, where,
                    format("{} has {}, which Prometheus itself makes of each scrape", recording.name, name),
                    "leave it out of the recording; faults take targets down");
    }
    const auto known = types.find(name);
    if (known == types.end() || series.info.type == model::MetricType::unknown ||
        known->second == model::MetricType::unknown || known->second == series.info.type) {
      continue;
    }
    return report(diagnostics, where,
                  format("{} is a {} in {}, and a {} of the services", name, to_string(series.info.type),
                         recording.name, to_string(known->second)),
                  "give one of them another name, or the same type");
  }
}

void check_time(const fs::Replay& replay, const Scenario& scenario, const Position& where, Diagnostics& diagnostics) {
  std::int64_t last = 0;
  for (const fs::RecordedSeries& series : replay.recording->series) last = std::max(last, series.times.back());
  const Duration begin = replay.at.value_or(-scenario.warmup);
  const Duration end = begin + Duration(last);
  if (begin <= scenario.duration && end >= -scenario.warmup) return;
  diagnostics.push_back(
      {Severity::warning, where,
       begin > scenario.duration
           ? format("nothing of {} is shown: it begins at {}, and the run ends at {}", replay.recording->name,
                    format_duration(begin), format_duration(scenario.duration))
           : format("nothing of {} is shown: it is over before the run begins", replay.recording->name),
       "set `at` so that it lies in the run, or let the run last longer"});
}

}  // namespace

void check_recorded(const Exposing& exposing, std::span<const Position> named_at, Diagnostics& diagnostics) {
  if (exposing.replays.empty()) return;
  const Types types = types_of_world(exposing);
  for (std::size_t i = 0; i < exposing.replays.size(); ++i) {
    check_names(*exposing.replays[i].recording, types, named_at[i], diagnostics);
    check_time(exposing.replays[i], exposing.scenario, named_at[i], diagnostics);
  }
}

void load_recorded(ScenarioFile& file, yaml::Inputs& inputs, Diagnostics& diagnostics) {
  for (const ScenarioFile::Recorded& each : file.recorded) {
    const SourcePtr source =
        inputs.read_data(each.file, each.file_at, "file of recorded series", kMaxRecordingBytes, diagnostics);
    if (source == nullptr) continue;
    auto recording = read_recording(source, file.scenario.prometheus.scrape_interval);
    if (!recording) {
      std::ranges::move(recording.error(), std::back_inserter(diagnostics));
      continue;
    }
    file.replays.push_back(
        {{std::make_shared<const fake_services::Recording>(*std::move(recording)), each.at}, each.file_at});
  }
}

}  // namespace firedrill::scenario
