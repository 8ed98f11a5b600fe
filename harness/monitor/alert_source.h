// The second of the seams: who scrapes and evaluates rules. Embedded is our own engine; a real Prometheus stands behind
// the same interface.
#pragma once

#include <cstdint>
#include <vector>

#include "events/component.h"
#include "record/monitoring.h"
#include "tsdb/store.h"

namespace firedrill::monitor {

// Tells its sink of alerts and of itself. A rule there is an index into rules().
class AlertSource : public events::Component {
 public:
  // All rules in order of evaluation, with their health as of now.
  virtual std::vector<record::RuleRecord> rules() const = 0;
  virtual std::uint64_t rule_evaluations() const = 0;

  virtual const tsdb::Store& series() const = 0;
  // Those that a record keeps, in order of labels.
  virtual std::vector<tsdb::SeriesRef> kept_series() const = 0;
};

}  // namespace firedrill::monitor
