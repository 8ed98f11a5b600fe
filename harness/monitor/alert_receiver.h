// Who gets the alerts that a monitor sends: an Alertmanager, as it stands behind POST /api/v2/alerts.
#pragma once

#include <span>
#include <vector>

#include "base/time.h"
#include "events/alert.h"

namespace firedrill::monitor {

// Whether a post has arrived, as its answer over HTTP says.
enum class Receipt { accepted, lost };

class AlertReceiver {
 public:
  virtual ~AlertReceiver() = default;
  // What one iteration of a rule group sends, in the order of its rules: alerts that fire, and again whenever the last
  // send is longer ago than the resend delay; alerts that have resolved, at once and then alike for fifteen minutes.
  // Labels are those behind alert_relabel_configs, with external labels; rules are indices into AlertSource::rules().
  // `now` is the time to which the run has come, and never falls. What a fault of the monitor drops is not posted; of
  // what is, the receiver says whether it has it.
  virtual Receipt post(std::span<const events::AlertSend> alerts, Time now) = 0;
};

// Whoever gets a monitor's alerts, each of them alike; none: nothing is sent.
using Receivers = std::vector<AlertReceiver*>;

}  // namespace firedrill::monitor
