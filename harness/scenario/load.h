// Reads a scenario and every file that it names, once, and checks all of them against each other.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "alerting/rule_file.h"
#include "base/files/input_file.h"
#include "base/files/read_scope.h"
#include "base/result.h"
#include "fake_services/faults/fault.h"
#include "fake_services/telemetry/metric_scale.h"
#include "fake_services/telemetry/metric_spec.h"
#include "fake_services/telemetry/recording.h"
#include "fake_services/topology/topology.h"
#include "oncall/playbook/playbook.h"
#include "oncall/responders/responder.h"
#include "promql/options.h"
#include "record/criteria.h"
#include "scenario/given_rules.h"
#include "scenario/history.h"
#include "scenario/metric_inventory.h"
#include "scenario/notifications/alertmanager.h"
#include "scenario/scenario.h"

namespace firedrill::scenario {

// Everything that a driver needs, ready to run.
struct LoadedScenario {
  Scenario scenario;
  fake_services::Topology topology;  // overrides merged, valid, completed
  SourcePtr topology_text;           // which says it, overrides included
  std::vector<Position> service_at;  // where each of its services stands
  std::vector<fake_services::MetricSpec> metrics;
  std::vector<Position> metric_at;             // where each of them stands
  std::vector<fake_services::Replay> replays;  // recorded series
  std::vector<Position> replay_at;             // where each of them is named
  std::vector<fake_services::FaultSpec> faults;
  std::vector<alerting::RuleFile> rule_files;  // finished, in order of their paths
  record::Criteria declared;                   // expectations, incidents, SLOs, severity thresholds
  std::optional<AlertmanagerSettings> alertmanager;
  std::vector<oncall::Playbook> playbooks;   // an input of the run where a responder follows them
  std::vector<InputFile> inputs;             // in order of their names
  std::shared_ptr<const oncall::Team> team;  // null: nobody works the incidents
  std::vector<std::string> limited;          // services that somebody of them may limit
  std::vector<Duration> looks_back;          // by rule, in order of evaluation: alerting::RuleHistory's needs
  // What programs of the user's own were seen to expose when they were asked, in the live world alone; nothing: nobody
  // has asked.
  std::optional<fake_services::MetricScales::Exposed> exposed;
  std::optional<History> history;           // of an automatic warm-up
  std::vector<HistoryNeed> beyond_history;  // for which the warm-up is too short
  Diagnostics warnings;
  Diagnostics lints;  // of the topology, the expectations and the warm-up (scenario_lints.h) and the playbooks
};

// By which time each of its metrics goes.
inline fake_services::MetricScales metric_scales(const LoadedScenario& loaded) {
  return fake_services::MetricScales(
      loaded.metrics, loaded.exposed ? *loaded.exposed : std::span<const fake_services::MetricScales::Program>());
}

// What of it says which series there are; it must outlive that.
inline Exposing exposing_of(const LoadedScenario& loaded) {
  return {loaded.scenario, loaded.topology, loaded.metrics, loaded.faults, loaded.replays};
}

// `path` is the scenario's folder or its scenario.yaml. All errors of all files at once, tidied. Rule files are read as
// the Prometheus of that version reads them; what firedrill itself defines (SLOs, expectations) as version 3 in both.
// What the scenario names is read within its scope.
//
// With `given` those rule files take the place of the scenario's own, which are not read. What its expectations ask of
// an alert that is not among the rules, or of labels that they do not give, is refused; with `given` or Misfit::judged
// it is a warning, and the run shows what is missed.
enum class Misfit { refused, judged };
Result<LoadedScenario> load_scenario(const std::filesystem::path& path, promql::Version version = promql::Version::v3,
                                     const ReadOptions& reads = {}, const GivenRules* given = nullptr);
Result<LoadedScenario> load_scenario(const FirstFile& file, promql::Version version, const GivenRules* given = nullptr,
                                     Misfit misfit = Misfit::refused);

}  // namespace firedrill::scenario
