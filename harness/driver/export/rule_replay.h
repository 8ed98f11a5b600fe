// The rules of a run evaluated once more, over the samples that the record holds of its scrapes: as promtool will do
// it, from the same input.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "alerting/group.h"
#include "alerting/rule_file.h"
#include "driver/outputs.h"

namespace firedrill::driver {

using RuleFiles = std::vector<alerting::RuleFile>;

// The names of the series that rules write: recorded ones, ALERTS and ALERTS_FOR_STATE.
std::set<std::string, std::less<>> written_names(const RuleFiles& files);
// How the record's rules are evaluated.
alerting::Settings replay_settings(const record::Record& record, Duration interval);

class RuleReplay {
 public:
  struct Step {
    const alerting::Rule* rule;
    events::AlertTransition transition;
  };

  // All of them must outlive the replay.
  RuleReplay(const RuleFiles& files, const LoadedRecord& loaded, const alerting::Settings& settings);

  // Appends the samples up to t and evaluates every group. Times rise from call to call.
  void evaluate(Time t);
  // What happened at the last evaluation.
  const std::vector<Step>& steps() const { return steps_; }
  // Firing at the last evaluation, of all rules of the name, in order of their labels.
  std::vector<alerting::Alert> firing(std::string_view alertname) const;
  const tsdb::Store& store() const { return *store_; }

 private:
  struct Source {
    std::vector<model::Sample> samples;
    tsdb::SeriesRef to;
    std::size_t next = 0;
  };
  struct Running {
    const alerting::RuleGroup* source;
    alerting::Group group;
  };

  std::unique_ptr<tsdb::Store> store_;
  std::vector<Source> sources_;
  std::vector<Running> groups_;
  std::vector<Step> steps_;
};

}  // namespace firedrill::driver
