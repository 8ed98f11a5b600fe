#include "ruletest/coverage.h"

namespace firedrill::ruletest {

using alerting::AlertState;

std::string_view to_string(Exercise exercise) {
  switch (exercise) {
    case Exercise::read:
      return "read";
    case Exercise::looked:
      return "looked at";
    case Exercise::pending:
      return "inactive to pending";
    case Exercise::fires:
      return "to firing";
    case Exercise::recovers:
      return "pending to inactive";
    case Exercise::resolves:
      return "firing to inactive";
  }
  return {};
}

void Coverage::add(const alerting::RuleFile& file) {
  for (std::size_t g = 0; g < file.groups.size(); ++g) {
    const alerting::RuleGroup& group = file.groups[g];
    for (std::size_t r = 0; r < group.rules.size(); ++r) {
      const alerting::Rule& rule = group.rules[r];
      RuleCoverage& entry = rules_[RuleId{file.source->name, g, group.name.value, r}];
      if (!entry.exercised.empty()) continue;
      entry.name = rule.name();
      entry.alerting = rule.alerting();
      entry.where = rule.alert ? rule.alert->where : rule.record->where;
      if (!rule.alerting()) {
        entry.exercised = {{Exercise::read, false}};
        continue;
      }
      entry.exercised = {{Exercise::looked, false}, {Exercise::fires, false}, {Exercise::resolves, false}};
      if (rule.hold > Duration::zero()) {
        entry.exercised[Exercise::pending] = false;
        entry.exercised[Exercise::recovers] = false;
      }
    }
  }
}

void Coverage::exercise(const RuleId& rule, Exercise exercise) {
  const auto entry = rules_.find(rule);
  if (entry == rules_.end()) return;
  if (const auto it = entry->second.exercised.find(exercise); it != entry->second.exercised.end()) it->second = true;
}

void Coverage::merge(const Coverage& other) {
  for (const auto& [id, theirs] : other.rules_) {
    RuleCoverage& ours = rules_.try_emplace(id, theirs).first->second;
    for (const auto& [exercise, done] : theirs.exercised) ours.exercised[exercise] |= done;
  }
}

std::size_t Coverage::total() const {
  std::size_t count = 0;
  for (const auto& [id, rule] : rules_) count += rule.exercised.size();
  return count;
}

std::size_t Coverage::exercised() const {
  std::size_t count = 0;
  for (const auto& [id, rule] : rules_) {
    for (const auto& [exercise, done] : rule.exercised) count += done;
  }
  return count;
}

double Coverage::percent() const {
  return total() == 0 ? 100 : 100 * static_cast<double>(exercised()) / static_cast<double>(total());
}

Exercise exercised_by(const alerting::AlertTransition& transition) {
  switch (transition.to) {
    case AlertState::pending:
      return Exercise::pending;
    case AlertState::firing:
      return Exercise::fires;
    case AlertState::inactive:
      return transition.from == AlertState::firing ? Exercise::resolves : Exercise::recovers;
  }
  return Exercise::looked;
}

}  // namespace firedrill::ruletest
