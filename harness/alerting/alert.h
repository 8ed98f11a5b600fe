// Alert instances and what happens to them (Prometheus: rules/alerting.go).
#pragma once

#include <optional>

#include "base/time.h"
#include "events/alert.h"
#include "model/labels.h"

namespace firedrill::alerting {

using events::AlertSend;
using events::AlertState;
using events::AlertTransition;
using events::Annotations;

// How long a resolved alert is remembered and sent on as resolved.
inline constexpr Duration kResolvedRetention = 15min;

// An instance of an alerting rule: one label set of its expression's result. Copies are what callers get.
struct Alert {
  AlertState state = AlertState::pending;
  model::Labels labels;  // with alertname, without external labels
  Annotations annotations;
  double value = 0;  // of the expression at the last evaluation that held
  Time active_at{};
  std::optional<Time> fired_at;
  std::optional<Time> resolved_at;
  std::optional<Time> keep_firing_since;
  std::optional<Time> last_sent_at;
};

}  // namespace firedrill::alerting
