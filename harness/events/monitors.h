// The parts of the monitoring whose ends and starts are events, as these events name them.
#pragma once

#include <algorithm>
#include <string_view>
#include <variant>

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

// Whether an end or a start is that of the server that alone finds an alert with these labels, where the other one of
// two goes on.
inline bool is_of_its_server(const Event& event, const model::Labels& alert) {
  if (event.subject != kFirstPrometheus) return false;
  const EventValue* value = event.find("labels");
  const auto* own = value == nullptr ? nullptr : std::get_if<model::Labels>(value);
  return own != nullptr && !own->empty() && std::all_of(own->begin(), own->end(), [&](const model::Label& label) {
           return alert.get(label.name) == label.value;
         });
}

}  // namespace firedrill::events
