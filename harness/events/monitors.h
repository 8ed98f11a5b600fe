// The parts of the monitoring whose ends and starts are events, as these events name them.
#pragma once

#include <string_view>

#include "events/event.h"

namespace firedrill::events {

inline constexpr std::string_view kPrometheus = "prometheus";
// The first of two servers, where the other one goes on.
inline constexpr std::string_view kFirstPrometheus = "prometheus-0";
inline constexpr std::string_view kAlertmanager = "alertmanager";
// The reason of an Alertmanager's start whose log and silences are gone.
inline constexpr std::string_view kDataLost = "its data are lost";

// That no rule is evaluated from here on, and what is not written down of alerts is gone. An Alertmanager's end is not
// that: rules go on without it.
inline bool stops_rules(const Event& event) {
  return event.kind == EventKind::monitor_down && event.subject == kPrometheus;
}

}  // namespace firedrill::events
