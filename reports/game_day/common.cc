#include "reports/game_day/common.h"

#include <algorithm>

#include "base/duration.h"
#include "record/record.h"
#include "reports/words.h"

namespace firedrill::reports::game_day {
namespace {

// As people read it: "incident commander".
std::string as_words(std::string tier) {
  std::ranges::replace(tier, '_', ' ');
  return sentence_case(std::move(tier));
}

}  // namespace

std::string since_start(const record::Record& record, Time t) {
  const Duration since = t - record.judged_from;
  return since <= Duration(0) ? "0 s" : describe_duration(since);
}

std::vector<std::string> called_roles(const record::Record& record) {
  if (!record.on_call || record.on_call->schedules.empty()) return {"On call"};
  std::vector<std::string> roles;
  for (const std::string& tier : record.on_call->schedules.front().tiers) roles.push_back(as_words(tier));
  return roles;
}

std::string people_in_it(const record::Record& record) {
  const bool acted = std::ranges::any_of(
      record.timeline, [](const events::Event& each) { return each.kind == events::EventKind::action_taken; });
  if (acted) return "In it people acknowledge and act as the scenario says.";
  return record.on_call ? "In it people are called, and nobody does anything about it."
                        : "In it nobody does anything about it.";
}

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string out;
  for (const std::string& part : parts) {
    if (!out.empty()) out += between;
    out += part;
  }
  return out;
}

}  // namespace firedrill::reports::game_day
