#include "oncall/roster.h"

#include <algorithm>
#include <set>

namespace firedrill::oncall {
namespace {

std::string in_lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace

const Schedule* Roster::find(std::string_view schedule) const {
  const auto found = std::ranges::find(schedules, schedule, &Schedule::name);
  return found == schedules.end() ? nullptr : &*found;
}

const Schedule* Roster::of_team(std::string_view team) const {
  const std::string wanted = in_lower_case(team);
  const auto found = std::ranges::find_if(schedules, [&](const Schedule& each) {
    return in_lower_case(each.team) == wanted || in_lower_case(each.name) == wanted;
  });
  return found == schedules.end() ? nullptr : &*found;
}

const Schedule* Roster::of_receiver(std::string_view receiver) const {
  const auto named = receivers.find(std::string(receiver));
  if (named != receivers.end()) return find(named->second);
  return schedules.size() == 1 ? &schedules.front() : nullptr;
}

std::vector<std::string> Roster::people() const {
  std::set<std::string> all;
  for (const Schedule& schedule : schedules) {
    for (const Tier& tier : schedule.tiers) {
      for (const Layer& layer : tier.layers) all.insert(layer.members.begin(), layer.members.end());
      for (const Override& each : tier.overrides) all.insert(each.member);
    }
  }
  return {all.begin(), all.end()};
}

}  // namespace firedrill::oncall
