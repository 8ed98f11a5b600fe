// A scenario's text, run over rules and a production that are at hand.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "alerting/rule_file.h"
#include "base/bounds/budget.h"
#include "base/files/read_scope.h"
#include "base/output/manifest.h"
#include "base/result.h"
#include "fake_services/exporters/own_exporters.h"
#include "fake_services/topology/topology.h"
#include "scenario/load.h"

namespace firedrill::exercise {

// The production, and its file as the scenario names it.
struct Stand {
  fake_services::Topology topology;
  std::string text;
  std::vector<output::File> exporter_files;  // that the text names, by their paths from it
};

// Decodes a topology; `source` is its file, or what the program has of its own, and `read` reads the exporters' files
// that it names. In the stand's text they have places beside it, wherever they were.
Result<Stand> stand_of(const SourcePtr& source, const fake_services::ReadExporterFile& read = {});
// Of a file that the user names.
Result<Stand> read_stand(const std::string& path, const ReadOptions& reads);
// Of files that are at hand: `source` and the exporters that it names.
Result<Stand> stand_of(const SourcePtr& source, std::span<const output::File> exporter_files);
// The one that is taken where the user gives none: a small shop with a database, a cache, a queue, a disk and a
// certificate, so that every kind of fault has something to hit.
SourcePtr own_stand();

// What scenarios are called that nobody sees.
inline constexpr std::string_view kName = "exercise";

// The scenario as it would be loaded, without what it expects. Errors of the text are ours; those of faults that do not
// fit the production are told.
Result<scenario::LoadedScenario> assemble(const std::string& text, const fake_services::Topology& topology,
                                          std::vector<alerting::RuleFile> rules, std::string_view name = kName);

// A time in which an alert fired.
struct Firing {
  Position rule;  // its own, in its file
  model::Labels labels;
  Time from;
  std::optional<Time> to;  // absent: to the end of the run

  bool is_of(const alerting::Rule& other) const {
    return rule.source == other.where.source && rule.line == other.where.line && rule.column == other.where.column;
  }
};

// What alerts did in a run of it; nothing where the budget was exceeded.
struct Ran {
  std::vector<Firing> firings;      // in order of their beginnings
  std::vector<std::string> unseen;  // faults without effect
  Time judged_from{};
  Time to{};
};
Ran run(const scenario::LoadedScenario& scenario, promql::Version version, Budget* budget);

// Opening lines of a scenario, up to its lists.
struct Head {
  std::string name;
  std::string summary;
  Duration warmup{};
  Duration duration{};
  std::string topology;  // paths
  std::vector<std::string> rule_files;
};
std::string head_text(const Head& head);
// A text in double quotes, as YAML reads it.
std::string quoted_text(std::string_view text);

}  // namespace firedrill::exercise
