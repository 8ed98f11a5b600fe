// What a drill came to that somebody worked: a drill is scored, and not judged by expectations.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace firedrill::record {

// One thing that counts, with the reason.
struct ScoreLine {
  std::string aspect{};  // "acknowledged", "hypothesis", "hints", …
  double points = 0;     // of hints below 0
  double most = 0;       // 0: it does not count here
  std::string why{};     // a sentence without a full stop
  std::optional<Time> at{};
  bool operator==(const ScoreLine&) const = default;
};

struct DrillRecord {
  std::string name;                // the code name
  std::int64_t variant = 0;        // 0: as it was written
  std::vector<ScoreLine> score{};  // empty: it was not scored
  bool operator==(const DrillRecord&) const = default;

  double points() const {
    double sum = 0;
    for (const ScoreLine& line : score) sum += line.points;
    return sum;
  }
  double most() const {
    double sum = 0;
    for (const ScoreLine& line : score) sum += line.most;
    return sum;
  }
};

}  // namespace firedrill::record
