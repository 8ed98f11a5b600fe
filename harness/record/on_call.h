// Who could be called in a run, by what they are on call as: no person is named.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "record/people/communication.h"
#include "record/severity.h"

namespace firedrill::record {

struct OnCallSchedule {
  std::string name;
  std::vector<std::string> tiers;  // in the order in which they are paged
  std::string zone;                // whose clocks count
  bool operator==(const OnCallSchedule&) const = default;
};

// Within which time an incident is to be acknowledged that is so severe.
struct ResponseTarget {
  SeverityLevel severity = SeverityLevel::p3;
  Duration within{};
  bool operator==(const ResponseTarget&) const = default;
};

struct OnCallRecord {
  std::vector<OnCallSchedule> schedules;
  std::vector<ResponseTarget> response_targets;         // P0 to P3
  std::optional<CommunicationTargets> communication{};  // nothing: the record is older
  bool operator==(const OnCallRecord&) const = default;

  // Nothing if none is set.
  std::optional<Duration> target_of(SeverityLevel severity) const {
    for (const ResponseTarget& each : response_targets) {
      if (each.severity == severity) return each.within;
    }
    return std::nullopt;
  }
};

}  // namespace firedrill::record
