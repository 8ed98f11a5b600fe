// What a real Prometheus and Alertmanager found of a run, beside what firedrill's own found of it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/time.h"
#include "monitor/prometheus/beside.h"
#include "record/record.h"

namespace firedrill::monitor {

struct MonitorComparison {
  std::size_t steps = 0;                 // of alerts, that both found
  Duration farthest{};                   // that one of them is apart
  std::size_t notifications = 0;         // that both sent
  std::vector<std::string> differences;  // for people, a line each
  bool alike() const { return differences.empty(); }
};

// A step of an alert may be apart by an evaluation, and by the scrape before it: either server has times of its own.
// What would have happened no later than so long before the run's end has to be there. Of notifications, each
// integration has to be told the same of each group, in the same order. `found_late`: where processes come and go, how
// much later the real one may find that.
MonitorComparison compare_monitors(const record::Record& record, const MonitorFindings& embedded,
                                   Duration found_late = {});

}  // namespace firedrill::monitor
