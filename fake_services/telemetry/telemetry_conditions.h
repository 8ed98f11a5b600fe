// The conditions of what the monitor gets to see, and of the monitor itself. Services are as healthy as before: only
// the picture of them is wrong. At the neutral values it is right.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "fake_services/telemetry/forged_metric.h"

namespace firedrill::fake_services {

// A share of the scrapes in which the metrics of these names are spoilt; a trailing * stands for any rest, an empty
// name for all of them.
struct SpoiltMetrics {
  std::string name;
  double share = 0;
  bool matches(std::string_view metric) const;
  bool operator==(const SpoiltMetrics&) const = default;
};

// What befalls the scrapes of one target.
struct ScrapeConditions {
  double undiscovered = 0;  // share of scrapes at which service discovery does not list the target
  double delay_s = 0;       // that each scrape takes longer; beyond the scrape time-out it has failed
  double hanging = 0;       // share of scrapes that take `hang_s` longer
  double hang_s = 0;
  std::vector<SpoiltMetrics> hidden;  // not exposed
  std::vector<SpoiltMetrics> nan;     // exposed as NaN
  std::vector<Forging> forged{};      // exposed as a fault says
  std::uint64_t resets = 0;           // how often all counters have begun anew, though the process lives on
  std::string churning;               // the label that has a new value; empty: none
  std::uint64_t churn = 0;            // how many it has had
  Duration skew{};                    // of the samples' own timestamps: how far they lie in the future
  Duration elapsed{};                 // since the fault that is being applied began
  bool operator==(const ScrapeConditions&) const = default;
};

// What befalls the receivers of an Alertmanager's notifications.
struct ReceiverConditions {
  std::string receiver;  // its name; empty: all of them
  int status = 0;        // that it answers instead of accepting; 0: it accepts
  Duration delay{};      // by which its answers come later
  bool operator==(const ReceiverConditions&) const = default;
};

// A silence that somebody sets on all alerts of a name.
struct SilencedAlert {
  std::string alert;
  Time from{};
  Time to{};
  bool operator==(const SilencedAlert&) const = default;
};

// What befalls the monitor. Obeyed by whoever evaluates rules and sends notifications (World::monitor_conditions).
struct MonitorConditions {
  bool first_down = false;               // the same of the first alone of several
  bool down = false;                     // neither scrapes nor evaluates nor notifies
  Duration evaluation_delay{};           // by which an iteration of a rule group takes longer
  double evaluations_delayed = 0;        // share of iterations that do
  double notifications_dropped = 0;      // share of sends to the Alertmanager that fail
  bool alertmanager_down = false;        // neither takes alerts nor notifies
  bool alertmanager_loses_data = false;  // when it is back, its log and its silences are gone
  std::vector<ReceiverConditions> receivers{};
  std::vector<SilencedAlert> silences{};  // in the order in which they are set; none is ever taken out
  bool operator==(const MonitorConditions&) const = default;
};

// What the monitor has done since the start: told by whoever plays it (World::tell), so that the witness of a fault of
// the monitor goes by what the monitor did, too.
struct MonitorCounts {
  double evaluations = 0;  // iterations of rule groups
  double evaluations_missed = 0;
  double evaluations_overdue = 0;  // that are on now, though the next ones are due
  double evaluation_delay_s = 0;   // summed over evaluations
  double scrapes_missed = 0;       // that were due while nothing scraped
  double notifications = 0;
  double notifications_lost = 0;
};

// The same of the Alertmanager, and of what it asked of receivers.
struct AlertmanagerCounts {
  double requests = 0;
  double requests_refused = 0;    // of these: answered, and not with success
  double requests_timed_out = 0;  // of these: given up
  double request_s = 0;           // that they took
};

// What became of a scrape once the monitor had it: what it stored, and not what the target said. Told where something
// is out of the ordinary.
struct ScrapeOutcome {
  double timed_out = 0;  // 1: the target answered too late
  double gone = 0;       // 1: the series of a target that is no longer discovered were ended
  double nan = 0;        // samples stored that are NaN
  double named = 0;      // samples of metrics that are to be hidden, or NaN, by name
  double ended = 0;      // series that are no longer exposed, though the target is up
  double renamed = 0;    // samples stored under other labels than at the scrape before
  double fell = 0;       // counters that are lower than at the scrape before
  double skewed = 0;     // samples stored at another time than the scrape's, or refused for their time
  bool operator==(const ScrapeOutcome&) const = default;
};

}  // namespace firedrill::fake_services
