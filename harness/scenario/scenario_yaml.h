// scenario.yaml's blocks as a table, and the values that come of them, before they are checked against other files.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fake_services/faults/fault.h"
#include "fake_services/telemetry/metric_spec.h"
#include "fake_services/telemetry/recording.h"
#include "promql/options.h"
#include "record/criteria.h"
#include "scenario/notifications/notification_yaml.h"
#include "scenario/people/responders_yaml.h"
#include "scenario/scenario.h"
#include "yaml/decode.h"

namespace firedrill::scenario {

// The whole file but for `overrides`, `faults` and `expectations`, whose form depends on the topology's and on each
// entry's kind.
const yaml::Block& scenario_block();

// scenario.yaml alone. Entries with an error are left out; it has been told.
struct ScenarioFile {
  Scenario scenario;
  const yaml::Node* root = nullptr;
  Position start_at;
  Position topology;  // where the paths stand
  std::vector<Position> rule_files;
  std::vector<Position> slo_files;
  std::vector<Position> playbooks;
  std::string config_file;  // a prometheus.yml, as written; empty: none
  Position config_file_at;
  Position replica_label_at;     // where it stands; of the default the block
  bool monitoring_sound = true;  // what it says of monitoring was read without an error
  const yaml::Node* overrides = nullptr;

  struct Metric {
    fake_services::MetricSpec spec;
    const yaml::Node* node;
  };
  struct Fault {
    fake_services::FaultSpec spec;
    const yaml::Node* node;
  };
  struct Incident {
    record::DeclaredIncident declared;
    const yaml::Node* node;
  };
  // Series that a file has.
  struct Recorded {
    std::string file;  // as written
    Position file_at;
    std::optional<Duration> at;
  };
  std::vector<Metric> metrics;
  std::vector<Recorded> recorded;
  struct Replayed {
    fake_services::Replay replay;
    Position named_at;
  };
  std::vector<Replayed> replays;  // what those files hold, once they were read
  std::vector<Fault> faults;
  std::vector<Incident> incidents;
  std::vector<record::Expectation> expectations;
  std::vector<std::string> fault_ids;  // of all entries, wrong ones too: names that may be referred to
  record::SeverityThresholds severity;
  std::vector<std::string> paging = record::Criteria().paging;
  std::optional<record::Published> published;
  PagingEntry paged;
  std::optional<AlertmanagerEntry> alertmanager;
  std::vector<SilenceEntry> silences;
  std::string oncall_file;  // as written; empty: none
  Position oncall_file_at;
  std::vector<ResponderEntry> responders;
};

// `folder` is the name of the scenario's folder, which its name must be; `version` that of the Prometheus which is
// meant.
ScenarioFile decode_scenario_file(const yaml::Node& root, std::string_view folder, Diagnostics& diagnostics,
                                  promql::Version version = promql::Version::v3);

// Remedy of what can be no `replica_label`.
inline constexpr std::string_view kLabelOfServers = "name one that only the servers give, such as prometheus_replica";

// Internal to it: lists whose entries have a kind each (scenario_entries.cc).
void decode_faults(const yaml::Node& list, ScenarioFile& file, Diagnostics& diagnostics);
void decode_metrics(std::span<const yaml::DecodedBlock> blocks, ScenarioFile& file, Diagnostics& diagnostics);
void decode_expectations(const yaml::Node& list, ScenarioFile& file, Diagnostics& diagnostics);

}  // namespace firedrill::scenario
