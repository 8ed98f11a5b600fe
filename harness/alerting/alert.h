// Alert instances and what happens to them (Prometheus: rules/alerting.go).
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/labels.h"

namespace firedrill::alerting {

enum class AlertState { inactive, pending, firing };
std::string_view to_string(AlertState state);

// How long a resolved alert is remembered and sent on as resolved.
inline constexpr Duration kResolvedRetention = 15min;

// Unlike a label, an annotation may be empty.
using Annotations = std::vector<model::Label>;  // sorted by name

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

// A step of an alert: inactive → pending → firing → inactive. With `for: 0` pending and firing share one time, and both
// are told. firing → inactive is what people call resolved; pending → inactive never became an alert.
struct Transition {
  Time t;
  std::size_t rule = 0;  // index in the group
  AlertState from = AlertState::inactive;
  AlertState to = AlertState::inactive;
  model::Labels labels;
  Annotations annotations;
  double value = 0;  // the expression's, at the last evaluation that held
  Time active_at{};
};

}  // namespace firedrill::alerting
