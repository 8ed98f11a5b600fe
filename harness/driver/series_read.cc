#include "driver/series_read.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "driver/components/monitoring.h"
#include "promql/parse/ast.h"

namespace firedrill::driver {
namespace {

using Matchers = std::vector<model::Matcher>;

// Selectors by the name of the metric, where they say it in full.
class Selectors {
 public:
  void add(const promql::Expr& expression) {
    for (const promql::VectorSelector* selector : promql::selectors(expression)) add(selector->matchers);
  }
  bool select(const model::Labels& labels) const {
    const auto [first, last] = by_name_.equal_range(labels.metric_name());
    return std::any_of(first, last, [&](const auto& named) { return match(named.second, labels); }) ||
           std::ranges::any_of(others_, [&](const Matchers& matchers) { return match(matchers, labels); });
  }

 private:
  void add(const Matchers& matchers) {
    const auto name = std::ranges::find_if(matchers, [](const model::Matcher& m) {
      return m.name() == model::kMetricName && m.op() == model::MatchOp::equal;
    });
    if (name == matchers.end()) {
      others_.push_back(matchers);
    } else {
      by_name_.emplace(name->value(), matchers);
    }
  }
  static bool match(const Matchers& matchers, const model::Labels& labels) {
    return std::ranges::all_of(matchers, [&](const model::Matcher& m) { return m.matches(labels); });
  }

  std::multimap<std::string, Matchers, std::less<>> by_name_;
  std::vector<Matchers> others_;
};

}  // namespace

std::function<bool(const model::Labels&)> series_read(const Setup& setup) {
  const auto& jobs = setup.scenario.scenario.prometheus.jobs;
  const bool relabelled = std::ranges::any_of(jobs, [](const auto& job) { return !job.metric_relabel.empty(); });
  if (setup.options.keep == Keep::all || relabelled) return {};
  auto selectors = std::make_shared<Selectors>();
  for (const alerting::RuleFile& file : setup.scenario.rule_files) {
    for (const alerting::RuleGroup& group : file.groups) {
      for (const alerting::Rule& rule : group.rules) selectors->add(*rule.expression);
    }
  }
  for (const auto& expression : monitoring_options(setup).wanted) selectors->add(*expression);
  return [selectors = std::shared_ptr<const Selectors>(std::move(selectors))](const model::Labels& labels) {
    return selectors->select(labels);
  };
}

}  // namespace firedrill::driver
