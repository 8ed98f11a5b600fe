// The ledger of alerts.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "model/labels.h"

namespace firedrill::record {

// AlertRecord::held_back_by of an alert that never left the monitor.
inline constexpr std::string_view kDroppedByRelabelling = "alert_relabel_configs";

// One activation of one alert, from pending to resolved. A step that was not reached is absent.
struct AlertRecord {
  std::string alert;
  model::Labels labels;                                          // with alertname, as sent
  std::vector<std::pair<std::string, std::string>> annotations;  // rendered when it fired (or last), in order of name
  std::string rule_group;
  std::optional<Time> injected_at;  // of its incident; filled by judge()
  std::optional<Time> breached_at;  // of its incident; filled by judge()
  std::optional<Time> pending_at;
  std::optional<Time> firing_at;
  std::optional<Time> routed_at;
  std::optional<Time> inhibited_at;
  std::optional<Time> silenced_at;
  std::optional<Time> muted_at;
  std::string held_back_by;  // the inhibiting alert, the silence, the time interval
  std::optional<Time> notified_at;
  std::optional<Time> delivered_at;
  std::optional<Time> acknowledged_at;
  std::optional<Time> resolved_at;
  std::optional<double> value;  // of the expression when it fired (or last, if it never did)
  bool page = false;            // it reached, or with its labels would reach, a person at once
  // Filled by judge(): the incident it belongs to (empty: none) and why.
  std::string incident;
  std::string attribution;  // named | blast_radius | only_incident | warmup | excepted | spurious | pending_only
  bool operator==(const AlertRecord&) const = default;
};

}  // namespace firedrill::record
