#include "monitor/speed/faster_rules.h"

#include <memory>
#include <set>

#include "base/report.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "promql/parse/printer.h"

namespace firedrill::monitor {

std::string_view to_string(Standing standing) {
  switch (standing) {
    case Standing::unchanged:
      return "unchanged";
    case Standing::converted:
      return "converted";
    case Standing::not_representable:
      return "not representable";
  }
  return "";
}

ScaleOfName scales_in(const std::vector<alerting::RuleFile>& rule_files) {
  auto recorded = std::make_shared<std::set<std::string, std::less<>>>();
  for (const alerting::RuleFile& file : rule_files) {
    for (const alerting::RuleGroup& group : file.groups) {
      for (const alerting::Rule& rule : group.rules) {
        if (!rule.alerting()) recorded->insert(rule.name());
      }
    }
  }
  return [recorded](std::string_view name) {
    return recorded->contains(name) ? fake_services::MetricScale::incident : fake_services::scale_by_name(name);
  };
}

FasterRule faster_rule(const alerting::RuleGroup& group, const alerting::Rule& rule, const RunTimes& times,
                       const ScaleOfName& scale_of, Evaluator evaluator) {
  ConvertedExpression converted = convert(*rule.expression, times, scale_of);
  FasterRule out{.group = &group,
                 .rule = &rule,
                 .expression = {},
                 .converted = std::move(converted.converted),
                 .refused = std::move(converted.refused),
                 .reads_clock = converted.reads_clock};
  if (evaluator == Evaluator::prometheus) {
    out.refused.insert(out.refused.end(), converted.unwritable.begin(), converted.unwritable.end());
    for (std::size_t i = 0; i < rule.annotation_templates.size(); ++i) {
      if (!rule.annotation_templates[i].calls_query()) continue;
      out.refused.push_back(
          format("its annotation {} asks for series by `query`, and would be given those of the "
                 "machine's time",
                 rule.annotations[i].name));
    }
  }
  out.standing = !out.refused.empty()    ? Standing::not_representable
                 : out.converted.empty() ? Standing::unchanged
                                         : Standing::converted;
  out.expression = out.refused.empty() ? promql::print(*converted.expression) : rule.expr.value;
  return out;
}

std::vector<FasterRule> faster_rules(const scenario::LoadedScenario& scenario, const RunTimes& times,
                                     Evaluator evaluator) {
  const ScaleOfName scale_of = scales_in(scenario.rule_files);
  std::vector<FasterRule> out;
  for (const alerting::RuleFile& file : scenario.rule_files) {
    for (const alerting::RuleGroup& group : file.groups) {
      for (const alerting::Rule& rule : group.rules) {
        out.push_back(faster_rule(group, rule, times, scale_of, evaluator));
      }
    }
  }
  return out;
}

void check_rules_at(const scenario::LoadedScenario& scenario, double speed, Evaluator evaluator, Diagnostics& found) {
  if (speed == 1) return;
  const Time start = scenario.scenario.start;
  for (const FasterRule& each : faster_rules(scenario, {start, start, speed}, evaluator)) {
    for (const std::string& why : each.refused) {
      report(found, each.rule->expr.where,
             format("{} cannot be taken at {} times its speed: {}", each.rule->name(), format_number(speed), why),
             "leave --speed away");
    }
  }
}

}  // namespace firedrill::monitor
