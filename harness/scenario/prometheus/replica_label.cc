#include "scenario/prometheus/replica_label.h"

#include <algorithm>

#include "base/report.h"
#include "base/text/format.h"
#include "scenario/scenario_yaml.h"

namespace firedrill::scenario {
namespace {

// The alert whose rule gives it the label; null: none does.
const alerting::Rule* rule_with(const std::string& label, const std::vector<alerting::RuleFile>& files) {
  const auto gives_it = [&](const alerting::Rule& rule) {
    return rule.alerting() && std::ranges::any_of(rule.labels, [&](const auto& each) { return each.name == label; });
  };
  for (const alerting::RuleFile& file : files) {
    for (const alerting::RuleGroup& group : file.groups) {
      const auto found = std::ranges::find_if(group.rules, gives_it);
      if (found != group.rules.end()) return &*found;
    }
  }
  return nullptr;
}

// Who else gives alerts the label, in words; empty: nobody.
std::string other_giver(const std::string& label, const Exposing& exposing,
                        const std::vector<alerting::RuleFile>& rule_files) {
  if (const alerting::Rule* rule = rule_with(label, rule_files)) {
    return format("a label that the rule of alert '{}' gives it", rule->name());
  }
  const lint::MetricInventory inventory = metric_inventory(exposing);
  const auto has_it = [&](const model::Labels& series) { return series.has(label); };
  const auto series = std::ranges::find_if(inventory.series, has_it);
  if (series != inventory.series.end()) {
    return format("a label that series of the job '{}' have", series->get("job"));
  }
  return inventory.open_labels.contains(label) ? "a label that series have" : "";
}

}  // namespace

void check_replica_label(const Exposing& exposing, const std::vector<alerting::RuleFile>& rule_files,
                         const Position& where, Diagnostics& diagnostics) {
  const PrometheusSettings& prometheus = exposing.scenario.prometheus;
  const PrometheusReplicas& replicas = prometheus.replicas;
  if (replicas.count < 2) return;
  if (prometheus.external_labels.has(replicas.label)) {
    report(diagnostics, where,
           format("the replicas are to differ in '{}', a label that 'external_labels' give both alike", replicas.label),
           "take it out of 'external_labels', or name one that is not among them");
    return;
  }
  const std::string giver = other_giver(replicas.label, exposing, rule_files);
  if (giver.empty()) return;
  report(diagnostics, where, format("the replicas are to differ in '{}', {}", replicas.label, giver),
         format("{}; {}",
                replicas.deduplicated ? "`deduplicate` would take it from every alert"
                                      : "an alert's own wins, and both would send the same",
                kLabelOfServers));
}

}  // namespace firedrill::scenario
