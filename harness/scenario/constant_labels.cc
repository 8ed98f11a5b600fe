#include "scenario/constant_labels.h"

#include <algorithm>

namespace firedrill::scenario {
namespace {

bool labels_change(const ScenarioFile& file) {
  return std::ranges::any_of(file.scenario.prometheus.jobs,
                             [](const ScrapeJob& job) { return !job.metric_relabel.empty(); }) ||
         std::ranges::any_of(file.faults, [](const ScenarioFile::Fault& fault) {
           return fault.spec.kind != nullptr && fault.spec.kind->name == "label_churn";
         });
}

}  // namespace

std::vector<incident::ConstantLabel> constant_labels(const ScenarioFile& file) {
  std::vector<incident::ConstantLabel> found;
  if (labels_change(file)) return found;
  const auto of_name = [&](const std::string& name) {
    return std::ranges::count_if(file.metrics, [&](const auto& metric) { return metric.spec.name == name; });
  };
  for (const ScenarioFile::Metric& metric : file.metrics) {
    for (const auto& [label, text] : metric.spec.labels) {
      if (!text.starts_with('=')) continue;
      const auto same = std::ranges::find_if(
          found, [&](const auto& other) { return other.metric == metric.spec.name && other.label == label; });
      auto& constant = same != found.end() ? *same : found.emplace_back(metric.spec.name, label);
      constant.values.push_back(text.substr(1));
    }
  }
  // Another metric of the name may have the label from its requests, or not at all.
  std::erase_if(found, [&](const incident::ConstantLabel& constant) {
    return static_cast<std::int64_t>(constant.values.size()) != of_name(constant.metric);
  });
  return found;
}

}  // namespace firedrill::scenario
