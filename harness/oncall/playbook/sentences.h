// The sentences of playbooks that are acted on: how often there is an update, when somebody else is called.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace firedrill::oncall {

// "30min", "30 min", "1hr", "1 hour", "1h30m", "2 days".
std::optional<Duration> read_spoken_duration(std::string_view text);

// "P0 every 30min, P1 every 1hr": by severity, and the parts that say something else.
struct Cadence {
  std::array<std::optional<Duration>, 4> every{};
  std::vector<std::string> unread{};
};
Cadence read_cadence(std::string_view text);

// "If not mitigated in 30min - escalate to secondary", "If database issue – page DBA on-call". Nothing if it is
// neither.
struct EscalationSentence {
  std::optional<Duration> unmitigated_for{};
  std::string condition{};
  bool pages = false;
  std::string who{};
};
std::optional<EscalationSentence> read_escalation(std::string_view text);

// "SLOFastBurn, TargetDown {job=\"postgres\"} and `Watchdog`": the names, without what stands in brackets behind them.
std::vector<std::string> read_alert_names(std::string_view text);
// Letters, digits and underscores.
bool is_alert_name(std::string_view text);

// As tiers are named: "incident commander" is incident_commander.
std::string as_name(std::string_view words);

}  // namespace firedrill::oncall
