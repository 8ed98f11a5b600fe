// What is allowed in a rule file and probably not meant. Each lint is a row in a table and a file of its own; a comment
// in the file (comments.h), or the command line, switches it off.
#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alerting/analysis/label_flow.h"
#include "alerting/rule_file.h"
#include "lint/lint.h"

namespace firedrill::lint {

// The series that there can be where the rules run.
struct MetricInventory {
  std::vector<model::Labels> series;
  std::set<std::string, std::less<>> open_labels;  // whose values are only known when they occur: status codes
  // What adds series of a name that has none; empty: not known.
  std::function<std::string(std::string_view)> what_adds = [](std::string_view) { return std::string(); };
};

struct RuleLintOptions {
  std::set<std::string, std::less<>> disabled{};  // names of lints
  // Of groups without an interval of their own; nothing: not known.
  std::optional<Duration> evaluation_interval{};
  // The shortest at which anything is scraped; nothing: not known.
  std::optional<Duration> scrape_interval{};
  // The shortest at which anything with that value of the label `job` is scraped, where it is known.
  std::map<std::string, Duration, std::less<>> job_intervals{};
  // Prometheus itself evaluates the rules, and reads its own series: nobody adds labels to what is recorded.
  bool own_series = false;
  // Nothing known: null. What rules record need not be in it.
  const MetricInventory* inventory = nullptr;
  // Those that Prometheus adds to what it sends, and that its own series lack.
  std::set<std::string, std::less<>> external_labels{};
  promql::Version version = promql::Version::v3;
};

// A rule in its place, for a lint to look at.
struct LintedRule {
  const alerting::Rule& rule;
  const alerting::RuleGroup& group;
  std::optional<Duration> interval;  // of its group's evaluation, if known
};

struct RuleFinding {
  const alerting::Rule* rule = nullptr;
  Position where;
  std::string what;
  std::string remedy;
};

// What a lint sees: the files that are evaluated together.
struct RuleLintInput {
  using Finding = RuleFinding;
  std::vector<LintedRule> rules;
  const RuleLintOptions& options;
  std::map<std::string, std::vector<const LintedRule*>, std::less<>> records{};  // by the names that they write
  alerting::RecordedLabels recorded{};  // of the rules' own series, with labels that may be added to all of them
};

using RuleLint = Lint<RuleLintInput>;

std::span<const RuleLint> rule_lints();

// Warnings, each with its lint's name in brackets, for files that have passed finish() without an error. A comment that
// names no lint is a warning, too.
Diagnostics lint_rules(std::span<const alerting::RuleFile> files, const RuleLintOptions& options);

// Whether the rule has an annotation with one of these names that is not empty.
bool annotated(const alerting::Rule& rule, std::initializer_list<std::string_view> names);

}  // namespace firedrill::lint
