#include "monitor/speed/faster_rules.h"

#include <algorithm>
#include <map>
#include <memory>

#include "base/report.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "fake_services/telemetry/metric_scale.h"
#include "promql/parse/ast.h"
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

namespace {

using fake_services::MetricScale;
using Recorded = std::multimap<std::string, const promql::Expr*, std::less<>>;

// Names of series, and what rules make of them.
class Scales {
 public:
  explicit Scales(const scenario::LoadedScenario& scenario)
      : metrics_(scenario::metric_scales(scenario)),
        unseen_(!scenario.exposed &&
                std::ranges::any_of(scenario.topology.services, [](const auto& each) { return bool(each.program); })) {
    for (const alerting::RuleFile& file : scenario.rule_files) {
      for (const alerting::RuleGroup& group : file.groups) {
        for (const alerting::Rule& rule : group.rules) {
          if (!rule.alerting()) recorded_.emplace(rule.name(), rule.expression.get());
        }
      }
    }
  }

  SeriesScale of(std::string_view name, int depth = 0) const {
    const auto [from, to] = recorded_.equal_range(name);
    if (from != to) {
      SeriesScale out(MetricScale::incident);
      for (auto it = from; it != to && depth < kDeepest; ++it) look(*it->second, depth + 1, out);
      return out;
    }
    const auto found = metrics_.find(name);
    SeriesScale out(found.value_or(fake_services::scale_by_name(name)));
    out.guessed = !found && unseen_;
    out.disputed = metrics_.is_disputed(name);
    out.instants_of = metrics_.instants_of(name);
    return out;
  }

 private:
  static constexpr int kDeepest = 16;  // rules may record what they read

  bool of_requests(const promql::Expr& expression, int depth, bool& at_times) const {
    bool out = false;
    for (const promql::VectorSelector* selector : promql::selectors(expression)) {
      const SeriesScale scale = of(selector->name, depth);
      out = out || scale.of_requests;
      at_times = at_times || scale.at_times;
    }
    return out;
  }

  void look(const promql::Expr& expression, int depth, SeriesScale& out) const {
    out.of_requests = of_requests(expression, depth, out.at_times) || out.of_requests;
    promql::walk(expression, [&](const promql::Expr& each) {
      if (each.kind != promql::Kind::binary) return;
      bool below = false;
      const bool compares = promql::is_comparison(promql::as<promql::Binary>(each).op);
      out.at_times = out.at_times || (compares && of_requests(each, depth, below));
    });
  }

  fake_services::MetricScales metrics_;
  bool unseen_;  // programs of the user's own expose what nobody has looked at
  Recorded recorded_;
};

}  // namespace

ScaleOfName scales_in(const scenario::LoadedScenario& scenario) {
  return [scales = std::make_shared<const Scales>(scenario)](std::string_view name) { return scales->of(name); };
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
  const ScaleOfName scale_of = scales_in(scenario);
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
