// The second of the seams between the worlds: who scrapes and evaluates rules. Embedded is our own engine; a real
// Prometheus stands behind the same interface.
#pragma once

#include <vector>

#include "alerting/alert.h"
#include "base/time.h"
#include "driver/service_host.h"
#include "incident/record.h"
#include "tsdb/store.h"

namespace firedrill::driver {

// A step of an alert, with what its record needs.
struct AlertStep {
  Time t;
  std::size_t rule = 0;  // index into rules()
  alerting::AlertState from = alerting::AlertState::inactive;
  alerting::AlertState to = alerting::AlertState::inactive;
  model::Labels labels;  // as sent: with alertname and external labels
  alerting::Annotations annotations;
  double value = 0;
  Time active_at{};
  std::string dropped_by{};  // what kept it from being sent; empty: nothing
};

// A firing alert sent to the Alertmanager.
struct AlertSend {
  Time t;
  std::size_t rule = 0;  // index into rules()
  model::Labels labels;  // as sent: with alertname and external labels
  bool received = true;
};

// The monitor as a whole stopped, or works again.
struct MonitorChange {
  Time t;
  bool down = false;
};

class AlertSource {
 public:
  virtual ~AlertSource() = default;

  // When the next scrape or evaluation is due.
  virtual Time next_due() const = 0;
  // Does what is due at or before t. The host has been advanced to t.
  virtual void run_due(Time t, ServiceHost& host) = 0;
  // The steps since the last call, in order of time.
  virtual std::vector<AlertStep> take_steps() = 0;
  // The sends of firing alerts since the last call, in order of time, as far as they are asked for.
  virtual std::vector<AlertSend> take_sends() = 0;
  // Since the last call, in order of time.
  virtual std::vector<MonitorChange> take_changes() = 0;

  // All rules in order of evaluation, with their health as of now.
  virtual std::vector<incident::RuleRecord> rules() const = 0;
  virtual const tsdb::Store& series() const = 0;
};

}  // namespace firedrill::driver
