#include "scenario/references.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/report.h"
#include "base/text/format.h"
#include "base/text/glob.h"
#include "fake_services/exporters/attachment.h"

namespace firedrill::scenario {
namespace {

namespace fs = fake_services;
using model::MetricType;

// The names of a metric's series.
std::vector<std::string> series_of(const fs::MetricSpec& metric) {
  if (metric.type != MetricType::histogram) return {metric.name};
  std::string base = metric.name;
  if (base.ends_with("_bucket")) base.resize(base.size() - std::string_view("_bucket").size());
  return {base + "_bucket", base + "_sum", base + "_count"};
}

// Of one name there is one type: Prometheus keeps no other, and tools that read it take the one for the other.
class Types {
 public:
  Types(const fs::Topology* topology, Diagnostics& diagnostics) : diagnostics_(diagnostics) {
    if (topology == nullptr) return;
    for (const fs::ExportedType& each : fs::exported_types(*topology)) {
      known_.try_emplace(each.series, each.type, format("of the exporter '{}'", each.exporter));
    }
  }

  // `here` is what has it, as one says it there; `whose` as one says it elsewhere.
  void take(const std::string& series, MetricType type, const std::string& here, const std::string& whose,
            const Position& where) {
    if (type == MetricType::unknown) return;
    const auto [known, fresh] = known_.try_emplace(series, type, whose);
    const auto& [other, owner] = known->second;
    if (fresh || other == type || other == MetricType::unknown) return;
    report(diagnostics_, where,
           format("{} is a {} {}, and a {} {}", series, to_string(type), here, to_string(other), owner),
           "give one of them another name, or the same type");
  }

 private:
  Diagnostics& diagnostics_;
  std::map<std::string, std::pair<MetricType, std::string>> known_;  // by series: and whose it is
};

void check_names(const ScenarioFile::Metric& metric, const std::vector<std::string>* services,
                 const std::vector<std::string>& faults, Diagnostics& diagnostics) {
  if (services != nullptr) check_reference(metric.node->find("service"), "service", *services, diagnostics);
  const yaml::Node* under = metric.node->find("under");
  if (under == nullptr) return;
  for (const yaml::Node::Entry& entry : under->entries) {
    check_reference(entry.key_node, "fault", faults, diagnostics);
  }
}

}  // namespace

void check_reference(const yaml::Node* node, std::string_view what, const std::vector<std::string>& known,
                     Diagnostics& diagnostics) {
  if (node == nullptr || !node->is_scalar() || std::ranges::find(known, node->text) != known.end()) return;
  report(diagnostics, node->where(), format("there is no {} '{}'", what, node->text),
         known.empty() ? format("the scenario has no {}s", what) : suggest_one(node->text, known, diagnostics));
}

void check_metrics(const ScenarioFile& file, const std::vector<std::string>* services, const fs::Topology* topology,
                   Diagnostics& diagnostics) {
  Types types(topology, diagnostics);
  for (const ScenarioFile::Metric& metric : file.metrics) {
    check_names(metric, services, file.fault_ids, diagnostics);
    const yaml::Node* name = metric.node->find("name");
    const Position where = name != nullptr ? name->where() : metric.node->where();
    for (const std::string& series : series_of(metric.spec)) {
      types.take(series, metric.spec.type, "here", format("in line {}", where.line), where);
    }
  }
  std::map<model::Labels, std::string> recorded;
  for (const ScenarioFile::Replayed& replayed : file.replays) {
    const std::string& name = replayed.replay.recording->name;
    for (const fs::RecordedSeries& series : replayed.replay.recording->series) {
      const std::size_t before = diagnostics.size();
      const std::string whose = format("in {}", name);
      types.take(std::string(series.info.labels.metric_name()), series.info.type, whose, whose, replayed.named_at);
      const auto [known, fresh] = recorded.try_emplace(series.info.labels, name);
      if (!fresh) {
        report(diagnostics, replayed.named_at,
               format("{} has the series {}, as {} has", name, series.info.labels.to_string(), known->second),
               "leave it out of one of them: no target shows a series twice");
      }
      if (diagnostics.size() != before) break;  // one of a file: the others are alike
    }
  }
}

void warn_of_exceptions(const std::vector<record::Expectation>& expectations,
                        const std::vector<alerting::RuleFile>& rules, Diagnostics& diagnostics) {
  std::vector<std::string> alerts, groups;
  for (const alerting::RuleFile& file : rules) {
    for (const alerting::RuleGroup& group : file.groups) {
      groups.push_back(group.name.value);
      for (const alerting::Rule& rule : group.rules) {
        if (rule.alerting()) alerts.push_back(rule.name());
      }
    }
  }
  const auto warn = [&](const record::Expectation& each, std::string_view field, std::string_view what,
                        const std::vector<std::string>& known) {
    for (const std::string& pattern : each.fields.texts(field)) {
      const bool fits = std::ranges::any_of(known, [&](const std::string& name) {
        return pattern == name || (is_sound_pattern(pattern) && matches_pattern(pattern, name));
      });
      // A name of an alert that there is not is an error already.
      if (fits || (field == "except" && !is_pattern(pattern))) continue;
      diagnostics.push_back({Severity::warning, each.fields.where(field),
                             format("no {} is called '{}': nothing is excepted by it", what, pattern),
                             "correct it, or leave it out"});
    }
  };
  for (const record::Expectation& each : expectations) {
    if (each.kind != "no_other_alerts") continue;
    warn(each, "except", "alert of the rules", alerts);
    warn(each, "except_groups", "group of rules", groups);
  }
}

}  // namespace firedrill::scenario
