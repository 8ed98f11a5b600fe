// What an on-call file says: schedules, who of an Alertmanager's receivers calls which, and how fast they are to
// answer.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "oncall/communication/policy.h"
#include "oncall/response_targets.h"
#include "oncall/schedule/schedule.h"

namespace firedrill::oncall {

struct Roster {
  std::string file;  // as the user named it
  std::vector<Schedule> schedules;
  std::map<std::string, std::string> receivers;  // receiver: schedule
  ResponseTargets targets;
  CommunicationPolicy communication;

  // Null if there is none.
  const Schedule* find(std::string_view schedule) const;
  // Also by the name that playbooks have for its team, in upper or lower case.
  const Schedule* of_team(std::string_view team) const;
  // The schedule that a receiver calls: the one that `receivers` names, else the only one there is. Null: of several,
  // none is named.
  const Schedule* of_receiver(std::string_view receiver) const;
  // Everybody who is on call at some time, sorted.
  std::vector<std::string> people() const;
};

}  // namespace firedrill::oncall
