// What a run is put together from: the one place that knows which world and which monitor there are.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "driver/run_options.h"
#include "driver/service_host.h"
#include "events/sink.h"
#include "monitor/alert_source.h"
#include "record/record.h"
#include "scenario/load.h"

namespace firedrill::driver {

struct Assembly {
  std::unique_ptr<Clock> clock;
  std::vector<std::unique_ptr<events::Component>> components;  // in the order in which they act at one time
  // Of these, those that are asked for what is not told piece by piece.
  ServiceHost* host = nullptr;
  monitor::AlertSource* alerts = nullptr;
  // The same parts again, which go on where these stand and tell `sink`. Where some part has no copy (a process, the
  // wall clock), there is none: null.
  std::function<Assembly(events::Sink& sink)> copy;
};

// Simulated services under the embedded monitor. `scenario`, `record` (blank) and `sink` must outlive it.
Assembly assemble(const scenario::LoadedScenario& scenario, const RunOptions& options, const record::Record& record,
                  events::Sink& sink);

// Some fault is the monitor's own: what is sent may be lost, and is followed up.
bool monitor_may_fail(const scenario::LoadedScenario& scenario);

}  // namespace firedrill::driver
