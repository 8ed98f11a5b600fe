// Checking files without running anything, whatever kind they are of.
#pragma once

#include <filesystem>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "alerting/rule_file.h"
#include "base/diagnostic.h"
#include "base/files/read_scope.h"
#include "notify/config/config.h"
#include "oncall/playbook/playbook.h"
#include "oncall/roster.h"
#include "promql/options.h"
#include "yaml/form.h"

namespace firedrill {
class Budget;
}

namespace firedrill::scenario {

// A kind of file that stands beside its subject in a room behind this one.
struct OtherKind {
  const yaml::FileForm* form = nullptr;
  void (*check)(const yaml::Document& document, Diagnostics& diagnostics) = nullptr;
};

struct CheckOptions {
  promql::Options promql;
  std::set<std::string, std::less<>> disabled_lints;  // names of scenario_lints.h: all_lints()
  bool ignore_unknown_fields = false;                 // of rule files, as promtool's flag of that name
  bool syntax_only = false;                           // what a prometheus.yml names is not looked at, likewise
  notify::Version alertmanager = notify::kNewest;
  ReadOptions reads;
  std::span<const OtherKind> others{};
  const Budget* budget = nullptr;  // what is exceeded is looked at no longer
};

struct CheckedFiles {
  std::size_t read = 0;
  std::size_t of_other_kinds = 0;  // resources of which nothing is read, files without SLOs or tests
  // What had no error, for what is said of them together.
  std::vector<alerting::RuleFile> rule_files;
  std::vector<notify::Configuration> alertmanagers;
  std::vector<oncall::Roster> rosters;
  std::vector<oncall::Playbook> playbooks;
  // What scenarios name, which is checked with them.
  std::vector<alerting::RuleFile> rule_files_of_scenarios;
  std::vector<oncall::Playbook> playbooks_of_scenarios;
};

// The kind is told from the content: a scenario (folder or file), a topology, a rule file or PrometheusRule resource,
// an SLO file, an on-call file, a playbook, a configuration of Prometheus or Alertmanager. Everything found wrong,
// warnings and those of lints too; tidied. What a file names, and what a link in a folder leads to, is read within the
// path's scope.
Diagnostics check_path(const std::filesystem::path& path, const CheckOptions& options = {},
                       CheckedFiles* counts = nullptr);

// The lints of Alertmanager's configurations, with the alerts of the rule files. check_path runs them by itself where
// its caller asks for no counts.
Diagnostics lint_alertmanagers(const CheckedFiles& files, const CheckOptions& options);

// Likewise those of playbooks, with the alerts of all rule files and the people of all on-call files; nothing where
// none was checked by itself.
Diagnostics lint_playbooks(const CheckedFiles& files, const CheckOptions& options);

// Which receivers are told of which alerts, for each configuration; empty without rule files or without configurations.
std::string alert_matrices(const CheckedFiles& files);

struct FoundScenario {
  std::string path;  // of its folder
  std::string summary;
};
// The folders below `folder` (two levels) that hold a scenario.yaml, in order of their paths. One that cannot be read
// has an empty summary.
std::vector<FoundScenario> find_scenarios(const std::filesystem::path& folder);

}  // namespace firedrill::scenario
