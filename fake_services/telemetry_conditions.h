// The knobs of what the monitor gets to see, and of the monitor itself. Services are as healthy as before: only the
// picture of them is wrong. At the neutral values it is right.
#pragma once

#include "base/time.h"

namespace firedrill::fake_services {

// What befalls the scrapes of one target. The first four are obeyed by whoever scrapes (it asks the world for them, see
// World::scrape_conditions), the others by the values that a scrape gives.
struct ScrapeConditions {
  bool discovered = true;       // service discovery lists the target; without it its series end
  double delay = 0;             // seconds that a scrape takes longer; beyond the scrape time-out it has failed
  double failing = 0;           // share of scrapes that get no usable answer
  bool labels_churn = false;    // the target's labels change at each scrape
  bool frozen = false;          // values repeat those of the last scrape before
  bool counters_reset = false;  // counters begin at zero when this is turned on, though the process lives on
  double not_a_number = 0;      // share of the values that are NaN
  bool operator==(const ScrapeConditions&) const = default;
};

// What befalls the monitor. Obeyed by whoever evaluates rules and sends notifications (World::monitor_conditions).
struct MonitorConditions {
  bool down = false;                 // neither scrapes nor evaluates nor notifies
  Duration evaluation_delay{};       // by which each rule evaluation is late
  double evaluations_missed = 0;     // share of rule evaluations that do not take place
  double notifications_dropped = 0;  // share of notifications that are lost on the way to their receivers
  bool operator==(const MonitorConditions&) const = default;
};

// What the monitor has done since the start: told by whoever plays it (World::tell), so that a fault of the monitor is
// believed by what the monitor did, too.
struct MonitorCounts {
  double evaluations = 0;  // of rules
  double evaluations_missed = 0;
  double evaluation_delay = 0;  // seconds, summed over evaluations
  double notifications = 0;
  double notifications_lost = 0;
};

}  // namespace firedrill::fake_services
