// The rules of a scenario whose incident passes faster than its requests: which of them mean the same then, which have
// to be taken otherwise, and which cannot be.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "alerting/rule_file.h"
#include "base/diagnostic.h"
#include "monitor/speed/converted_expression.h"
#include "scenario/load.h"

namespace firedrill::monitor {

enum class Standing {
  unchanged,          // but for durations, which shrink with the incident
  converted,          // its values are multiplied or divided, or its instants are the incident's
  not_representable,  // at no speed but 1
};
std::string_view to_string(Standing standing);

// Who evaluates rules: firedrill's own engine, whose clock is the incident's and which multiplies what it scrapes, or a
// real Prometheus, for which they are rewritten.
enum class Evaluator { embedded, prometheus };

struct FasterRule {
  const alerting::RuleGroup* group = nullptr;
  const alerting::Rule* rule = nullptr;
  Standing standing{};
  std::string expression;              // as a real Prometheus would be given it; of one that cannot be, the original
  std::vector<std::string> converted;  // what of it, and how
  std::vector<std::string> refused;    // why it cannot be
  bool reads_clock = false;            // the expression is another for other RunTimes of the same speed
};
FasterRule faster_rule(const alerting::RuleGroup& group, const alerting::Rule& rule, const RunTimes& times,
                       const ScaleOfName& scale_of, Evaluator evaluator);
// Of all files, in order of evaluation. They point into the scenario.
std::vector<FasterRule> faster_rules(const scenario::LoadedScenario& scenario, const RunTimes& times,
                                     Evaluator evaluator);

// What rules record is in the incident's measure already; all else is as the world's tables, the scenario's own metrics
// or what programs expose have it, or else its name. The scenario must outlive it.
ScaleOfName scales_in(const scenario::LoadedScenario& scenario);

// An error for each rule that is not representable. At speed 1 nothing.
void check_rules_at(const scenario::LoadedScenario& scenario, double speed, Evaluator evaluator, Diagnostics& found);

}  // namespace firedrill::monitor
