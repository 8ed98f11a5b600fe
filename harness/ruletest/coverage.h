// Which rules, and which transitions of alerts, tests exercise.
#pragma once

#include <compare>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alerting/alert.h"
#include "alerting/rule_file.h"

namespace firedrill::ruletest {

// What a test can exercise of a rule. A transition counts if it happens in a test that looks at the alert.
enum class Exercise {
  read,      // of a recording rule: it gives samples, and a case reads them, directly or through other rules
  looked,    // of an alert: a case looks at it
  pending,   // it becomes pending (alerts with `for` only)
  fires,     // it begins to fire
  recovers,  // from pending back to inactive (alerts with `for` only)
  resolves,  // from firing back to inactive
};
std::string_view to_string(Exercise exercise);

class Coverage {
 public:
  struct RuleId {
    std::string file;
    std::size_t group_number = 0;  // in the file
    std::string group;
    std::size_t rule = 0;  // index in the group
    auto operator<=>(const RuleId&) const = default;
  };
  struct RuleCoverage {
    std::string name;
    bool alerting = false;
    Position where;
    std::map<Exercise, bool> exercised;  // everything that can be exercised of it
  };

  // Registers all rules, so that those no test mentions are counted too.
  void add(const alerting::RuleFile& file);
  void exercise(const RuleId& rule, Exercise exercise);
  void merge(const Coverage& other);

  const std::map<RuleId, RuleCoverage>& rules() const { return rules_; }
  std::size_t total() const;
  std::size_t exercised() const;
  // Of all that can be exercised; 100 if there is nothing.
  double percent() const;

 private:
  std::map<RuleId, RuleCoverage> rules_;
};

// What a transition exercises.
Exercise exercised_by(const alerting::AlertTransition& transition);

}  // namespace firedrill::ruletest
