// What a run shows of itself while it goes on, to who works the incident: all of it const, and valid until it goes on.
#pragma once

#include "fake_services/world.h"
#include "monitor/embedded/embedded_monitor.h"
#include "notify/alertmanager.h"
#include "record/logs.h"

namespace firedrill::driver {

class OnCallDesk;

struct Inside {
  const fake_services::World& world;  // stands at its last event, which may lie before the run's now()
  const monitor::EmbeddedMonitor& monitor;
  const notify::Alertmanager* alertmanager = nullptr;  // null: there is none, or it is down
  const OnCallDesk* desk = nullptr;                    // null: nobody is on call
  const record::Logs* logs = nullptr;                  // as told so far, not in order of time; null: none are kept
};

}  // namespace firedrill::driver
