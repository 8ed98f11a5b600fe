#include "scenario/recorded/load_recorded.h"

#include <algorithm>
#include <iterator>
#include <memory>

#include "scenario/recorded/recording_file.h"

namespace firedrill::scenario {

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
