#include "scenario/constant_labels.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "fake_services/exporters/attachment.h"
#include "fake_services/telemetry/instrument_names.h"
#include "fake_services/telemetry/kube_metrics.h"
#include "fake_services/telemetry/replica_set_metrics.h"
#include "incident/expectations/known_names.h"

namespace firedrill::scenario {
namespace {

namespace fs = fake_services;

constexpr std::array<std::string_view, 3> kOfHistograms{"_bucket", "_sum", "_count"};

bool labels_change(const ScenarioFile& file) {
  return std::ranges::any_of(file.scenario.prometheus.jobs,
                             [](const ScrapeJob& job) { return !job.metric_relabel.empty(); }) ||
         std::ranges::any_of(file.faults, [](const ScenarioFile::Fault& fault) {
           return fault.spec.kind != nullptr && fault.spec.kind->changes_labels;
         });
}

std::string_view without_ending(std::string_view name) {
  for (const std::string_view ending : kOfHistograms) {
    if (name.ends_with(ending)) return name.substr(0, name.size() - ending.size());
  }
  return name;
}

std::vector<std::string> stored_names(const fs::MetricSpec& metric) {
  if (metric.type != model::MetricType::histogram) return {metric.name};
  const std::string_view bucket = kOfHistograms.front();
  std::string_view base = metric.name;
  if (base.ends_with(bucket)) base.remove_suffix(bucket.size());
  std::vector<std::string> names;
  for (const std::string_view ending : kOfHistograms) names.push_back(std::string(base) + std::string(ending));
  return names;
}

// There may be series of the name that are not the scenario's.
bool comes_from_elsewhere(const std::string& name, const std::set<std::string>& recorded) {
  const auto named = [&](const auto& metric) { return metric.name == name; };
  return recorded.contains(name) || name == "up" || name.starts_with("scrape_") || name.starts_with("ALERTS") ||
         fs::is_instrument(name) || fs::is_instrument(without_ending(name)) ||
         std::ranges::any_of(fs::kube_state_metrics(), named) ||
         std::ranges::any_of(fs::replica_set_metrics(), named) || std::ranges::any_of(fs::kubelet_metrics(), named);
}

std::set<std::string> recorded_names(std::span<const alerting::RuleFile> files) {
  std::set<std::string> names;
  for (const alerting::RuleFile& file : files) {
    for (const alerting::RuleGroup& group : file.groups) {
      for (const alerting::Rule& rule : group.rules) {
        if (rule.record) names.insert(rule.record->value);
      }
    }
  }
  return names;
}

// Targets have it, or it is what one that they have too is renamed to.
bool may_collide(std::string_view label, const fs::Topology& topology) {
  constexpr std::array<std::string_view, 5> kOfTargets{"job", "instance", "service", "pod", "namespace"};
  constexpr std::string_view kRenamed = "exported_";
  if (label.starts_with(kRenamed) || label == model::kBucketLabel) return true;
  return std::ranges::find(kOfTargets, label) != kOfTargets.end() ||
         std::ranges::any_of(topology.services, [&](const fs::ServiceSpec& service) {
           return std::ranges::any_of(service.labels, [&](const auto& own) { return own.first == label; });
         });
}

}  // namespace

std::vector<incident::ConstantLabel> constant_labels(const ScenarioFile& file, const fs::Topology& topology,
                                                     std::span<const alerting::RuleFile> rules) {
  if (labels_change(file)) return {};
  std::set<std::string> recorded = recorded_names(rules);
  for (std::string& name : fs::exporter_series_names(topology)) recorded.insert(std::move(name));
  std::map<std::string, std::size_t> declared;
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> values;
  for (const ScenarioFile::Metric& metric : file.metrics) {
    for (const std::string& name : stored_names(metric.spec)) {
      ++declared[name];
      for (const auto& [label, text] : metric.spec.labels) {
        if (text.starts_with('=')) values[{name, label}].push_back(text.substr(1));
      }
    }
  }
  std::vector<incident::ConstantLabel> found;
  for (auto& [key, texts] : values) {
    const auto& [name, label] = key;
    // Another metric of the name may have the label from its requests, or not at all.
    if (texts.size() != declared[name] || comes_from_elsewhere(name, recorded) || may_collide(label, topology))
      continue;
    found.emplace_back(name, label, std::move(texts));
  }
  return found;
}

}  // namespace firedrill::scenario
