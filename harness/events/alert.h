// Alerts on their way: what rules find, and what of it is sent to an Alertmanager.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/labels.h"

namespace firedrill::events {

enum class AlertState { inactive, pending, firing };
std::string_view to_string(AlertState state);

// Unlike a label, an annotation may be empty.
using Annotations = std::vector<model::Label>;  // sorted by name

// A step of an alert: inactive → pending → firing → inactive. With `for: 0` pending and firing share one time, and both
// are told. Either way back to inactive it has resolved; pending → inactive never fired, and nobody is told of it.
struct AlertTransition {
  Time t;
  std::size_t rule = 0;  // index in the group; from a monitor, among all its rules
  AlertState from = AlertState::inactive;
  AlertState to = AlertState::inactive;
  model::Labels labels;  // with alertname; from a monitor as sent, with external labels
  Annotations annotations;
  double value = 0;  // the expression's, at the last evaluation that held
  Time active_at{};
  std::string dropped_by{};  // what keeps it from ever being sent; empty: nothing
};

// An alert as an Alertmanager gets it (Prometheus: rules/manager.go, SendAlerts; notifier adds external labels).
struct AlertSend {
  Time t;
  std::size_t rule = 0;                   // as above
  AlertState state = AlertState::firing;  // inactive: it has resolved
  model::Labels labels;                   // with alertname; from a monitor as sent, with external labels
  Annotations annotations;
  double value = 0;
  Time active_at{};
  Time starts_at{};      // when it fired
  Time ends_at{};        // when it resolved; of a firing alert t + 4 × max(interval, resend delay)
  bool received = true;  // by the Alertmanager
};

// An Alertmanager's status of an alert has changed: it is firing from the first send that arrives until one says that
// it has resolved, or until it was not sent again for so long that it expires. While all sends arrive the status is
// what the rules say.
struct AlertStatusChange {
  Time t;
  std::size_t rule = 0;  // as above
  model::Labels labels;
  bool firing = true;    // false: resolved
  bool expired = false;  // nobody said that it is over
};

// A monitor that knew an alert has stopped, and no other knows it: nobody knows any longer whether it is there.
struct AlertForgotten {
  Time t;
  std::size_t rule = 0;  // as above
  model::Labels labels;
};

}  // namespace firedrill::events
