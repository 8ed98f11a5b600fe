// How bad it is, as whoever works on it sees from the graphs: the severity of the last five minutes, of all entry
// points and of each.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "base/time.h"
#include "events/minute.h"
#include "fake_services/topology/topology.h"
#include "record/people/communication.h"
#include "record/severity.h"
#include "record/truth.h"

namespace firedrill::driver {

class SeverityWatch {
 public:
  SeverityWatch(const fake_services::Topology& topology, const record::SeverityThresholds& thresholds);

  // The next minute, complete.
  void add(const events::Minute& minute);

  // What was so far does not count any more.
  void forget();

  // P3 before there is a minute.
  record::SeverityLevel now() const;
  // The worst since then, and before it back to when all was well.
  record::SeverityLevel worst_since(Time t) const;
  // Each entry point, in the order of the topology.
  std::vector<record::ComponentStatus> components() const;

 private:
  struct Entry {
    std::size_t service = 0;  // index in the topology
    std::vector<events::ServiceMinute> recent{};
    record::ServiceTruth truth{};  // of the same minutes
  };
  struct Level {
    Time end{};
    record::SeverityLevel level = record::SeverityLevel::p3;
  };

  record::SeverityThresholds thresholds_;
  std::vector<Entry> entries_;
  std::deque<Level> levels_;  // of the last hours, by minute
};

}  // namespace firedrill::driver
