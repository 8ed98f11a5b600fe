// What was simulated before a run, for a real Prometheus: by the machine's clock, as a text of which promtool makes
// blocks, and in the run's measure, for the record.
#pragma once

#include <expected>
#include <ostream>
#include <span>
#include <vector>

#include "model/matcher.h"
#include "monitor/speed/converted_expression.h"
#include "monitor/speed/run_times.h"
#include "tsdb/store.h"

namespace firedrill::monitor {

// Instants that samples tell are the machine's in a run in real time; in one that passes faster they are the
// incident's, but for those that Prometheus itself has written, and counts of requests are as many as the machine would
// have seen in so much less time. Stale markers are left out: who ended is seen for as long as Prometheus looks back.
void write_history(const tsdb::Store& before, const RunTimes& times, const ScaleOfName& scale_of, std::ostream& out);

// Adds those series that one of the selectors matches, as the run's Prometheus has them.
void take_history(const tsdb::Store& before, const RunTimes& times,
                  std::span<const std::vector<model::Matcher>> selectors, tsdb::Store& store);

}  // namespace firedrill::monitor
