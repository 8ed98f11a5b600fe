// prometheus.yml, as Prometheus reads it (config/config.go), as far as it has a meaning in a simulated world: global
// settings, rule files, external labels, the intervals, limits and metric relabelling of each job, alert relabelling.
// What only a real Prometheus can obey (service discovery, remote storage, …) is accepted and not looked at.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "promql/options.h"
#include "scenario/prometheus/prometheus_files.h"
#include "scenario/scenario.h"
#include "yaml/decode.h"

namespace firedrill::scenario {

struct PrometheusFile {
  PrometheusSettings settings;       // rule_files as written: relative to the file's own folder
  std::vector<Position> rule_files;  // where each of them stands
  struct JobPlace {
    std::string name;
    Position where;
  };
  std::vector<JobPlace> jobs;  // all scrape_configs
  NamedFiles named;            // by jobs and Alertmanagers
  // For read_scrape_config_files: patterns of files with further jobs, where each stands, and what the jobs follow.
  std::vector<std::string> scrape_config_files;
  std::vector<Position> scrape_config_places;
  std::optional<yaml::DecodedBlock> global;
};

// `external_labels` of a block that has them. Variables of the environment, which version 3 expands in them, stay as
// they are written: with a warning.
model::Labels decode_external_labels(const yaml::DecodedBlock& block, promql::Version version,
                                     Diagnostics& diagnostics);

// Adds the jobs of the file's `scrape_config_files`, whose patterns count from `folder`.
void read_scrape_config_files(PrometheusFile& file, const std::filesystem::path& folder, yaml::Inputs& inputs,
                              promql::Version version, Diagnostics& diagnostics);

PrometheusFile decode_prometheus_file(const yaml::Node& root, promql::Version version, Diagnostics& diagnostics);

}  // namespace firedrill::scenario
