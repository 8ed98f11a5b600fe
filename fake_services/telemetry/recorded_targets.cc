#include "fake_services/telemetry/recorded_targets.h"

#include "base/text/format.h"

namespace firedrill::fake_services {
namespace {

constexpr double kScrapeSeconds = 0.004;  // median duration of a scrape
constexpr double kScrapeSpread = 0.3;

Target target_of(const Recording& recording) {
  Target target;
  target.kind = TargetKind::recorded;
  target.job = kRecordedJob;
  target.instance = recording.name;
  target.labels.set("job", target.job);
  target.labels.set("instance", target.instance);
  for (const RecordedSeries& series : recording.series) target.series.push_back(series.info);
  return target;
}

}  // namespace

RecordedTargets::RecordedTargets(std::span<const Replay> replays, Time start, Time origin, std::uint64_t seed) {
  for (const Replay& replay : replays) {
    targets_.push_back(target_of(*replay.recording));
    players_.push_back({replay.recording, replay.at ? origin + *replay.at : start,
                        std::vector<std::size_t>(replay.recording->series.size(), 0),
                        RandomStream(seed, format("recorded/{}", replay.recording->name))});
  }
}

ScrapeResult RecordedTargets::scrape(std::size_t target, Time now, std::vector<double>& values) {
  Player& player = players_[target];
  const Recording& recording = *player.recording;
  // A scrape comes somewhere between two samples: when the next one is due, the last one counts no more, unless that
  // is only a little late.
  const std::int64_t step = recording.step.count();
  const std::int64_t late = step + step / 10;
  const std::int64_t at = (now - player.begin).count();
  values.assign(recording.series.size(), absent());
  ScrapeResult result{.up = true, .duration_s = kScrapeSeconds * player.scrapes.lognormal(0, kScrapeSpread)};
  for (std::size_t i = 0; i < recording.series.size(); ++i) {
    const RecordedSeries& series = recording.series[i];
    std::size_t& next = player.next[i];
    while (next < series.times.size() && series.times[next] <= at) ++next;
    if (next == 0) continue;
    const bool goes_on = next < series.times.size() && series.times[next] - series.times[next - 1] <= late;
    if (at - series.times[next - 1] >= (goes_on ? late : step)) continue;
    values[i] = series.values[next - 1];
    result.samples += is_absent(values[i]) ? 0 : 1;
  }
  return result;
}

}  // namespace firedrill::fake_services
