// Recordings as targets of their own, always up. A scrape gives of each series the sample that was the last one then;
// where one is missing, and before and behind the recording, the series is not there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "fake_services/telemetry/recording.h"
#include "fake_services/telemetry/target.h"

namespace firedrill::fake_services {

// The label `job` of their targets; that of the series is their own.
inline constexpr std::string_view kRecordedJob = "recorded";

class RecordedTargets {
 public:
  // `start` of the run, `origin` the end of its warm-up.
  RecordedTargets(std::span<const Replay> replays, Time start, Time origin, std::uint64_t seed);

  std::span<const Target> targets() const { return targets_; }
  ScrapeResult scrape(std::size_t target, Time now, std::vector<double>& values);

 private:
  struct Player {
    std::shared_ptr<const Recording> recording;
    Time begin;                     // of its first sample
    std::vector<std::size_t> next;  // by series: the first sample that was not due at the last scrape
    RandomStream scrapes;
  };

  std::vector<Target> targets_;
  std::vector<Player> players_;  // of each
};

}  // namespace firedrill::fake_services
