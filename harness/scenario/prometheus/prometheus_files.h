// The files that a prometheus.yml names, looked at as `promtool check config` does (cmd/promtool/main.go: checkConfig).
// Prometheus itself starts without them.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/discovery/discovered_targets.h"
#include "scenario/scenario.h"
#include "yaml/decode.h"
#include "yaml/inputs.h"

namespace firedrill::scenario {

struct NamedFiles {
  struct Needed {
    std::string_view what;  // "client cert file"
    std::string written;
    std::string path;  // from the configuration's folder
    Position where;
  };
  struct Discovery {
    struct File {
      std::string written;  // may be a pattern
      std::string path;
      Position where;
    };
    TargetUse use;
    std::vector<TargetGroup> groups;
    std::vector<File> files;
  };
  std::vector<Needed> needed;
  std::vector<Discovery> discoveries;
};

// Of a job, whose paths count from `folder`.
void add_named_files(const yaml::DecodedBlock& job, const ScrapeJob& settings, const std::filesystem::path& folder,
                     promql::Version version, NamedFiles& named);
// Of one of `alertmanagers`.
void add_named_files(const yaml::DecodedBlock& alertmanager, promql::Version version, NamedFiles& named);

// Certificates and credentials that are missing are errors, as is what targets cannot be. A file of targets that is
// missing is a warning: it may come later.
void check_named_files(const NamedFiles& named, yaml::Inputs& inputs, promql::Version version,
                       Diagnostics& diagnostics);

}  // namespace firedrill::scenario
