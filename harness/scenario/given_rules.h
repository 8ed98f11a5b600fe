// Rule files that stand in for those which scenarios name, so that the rules of a repository are tried against drills
// that were written for others.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "alerting/rule_file.h"
#include "base/files/read_scope.h"
#include "base/result.h"
#include "promql/options.h"

namespace firedrill::scenario {

struct GivenRules {
  struct File {
    std::filesystem::path path;  // as the user named it
    std::string sha256;
    alerting::RuleFile rules;  // finished
  };
  std::vector<File> files;  // each once, in order of their paths
  Diagnostics warnings;
};

// Each is read once, whatever the number of scenarios. Errors: a file that cannot be read, one that Prometheus refuses,
// one of another kind.
Result<GivenRules> read_given_rules(std::span<const std::string> paths, promql::Version version,
                                    const ReadOptions& reads);

}  // namespace firedrill::scenario
