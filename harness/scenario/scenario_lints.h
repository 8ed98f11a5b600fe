// What is allowed in a scenario and its topology and probably not meant.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "alerting/rule_file.h"
#include "base/diagnostic.h"
#include "base/time.h"
#include "fake_services/topology/topology.h"
#include "lint/lint.h"
#include "record/expectation.h"
#include "scenario/history.h"
#include "scenario/scenario.h"

namespace firedrill::yaml {
struct Node;
}

namespace firedrill::scenario {

struct TopologyLintInput {
  using Finding = Diagnostic;
  const fake_services::Topology& topology;
  const yaml::Node& root;  // of its file, for places
};
struct ExpectationLintInput {
  using Finding = Diagnostic;
  const std::vector<record::Expectation>& expectations;
  const std::vector<alerting::RuleFile>& rule_files;
  // From the first fault to the end of the run; nothing: there is no fault.
  std::optional<Duration> after_first_fault;
};
struct WarmUpLintInput {
  using Finding = Diagnostic;
  const Scenario& scenario;  // its warm-up as it will be
  std::span<const HistoryNeed> needs;
};
using WarmUpLint = lint::Lint<WarmUpLintInput>;
using TopologyLint = lint::Lint<TopologyLintInput>;
using ExpectationLint = lint::Lint<ExpectationLintInput>;

std::span<const TopologyLint> topology_lints();
std::span<const ExpectationLint> expectation_lints();
std::span<const WarmUpLint> warm_up_lints();
// Warnings, each with its lint's name in brackets, but for what comments of their files switch off.
Diagnostics lint_topology(const TopologyLintInput& input);
Diagnostics lint_expectations(const ExpectationLintInput& input);
Diagnostics lint_warm_up(const WarmUpLintInput& input);

// Those of every subject that `firedrill check` looks at, sorted by name.
std::vector<lint::LintWords> all_lints();
// Warnings of comments in a file, of whichever kind, that switch off what is no lint.
Diagnostics unknown_lints(const SourcePtr& source);

}  // namespace firedrill::scenario
