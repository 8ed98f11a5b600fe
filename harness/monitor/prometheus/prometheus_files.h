// What a real Prometheus is given for a run: its configuration, made of the scenario's settings and of where the
// processes are, and the scenario's rule files.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "model/labels.h"
#include "monitor/speed/run_times.h"
#include "scenario/load.h"

namespace firedrill::monitor {

struct NamedFile {
  std::string name;
  std::string text;
};

// A process that is scraped.
struct ScrapedProcess {
  std::string job;
  model::Labels labels;  // as all its series have them, job and instance among them
  std::uint16_t port = 0;
  bool operator==(const ScrapedProcess&) const = default;
};

// Where alerts are posted: an address and a path before that of the API.
struct PostedTo {
  std::uint16_t port = 0;
  std::string path;  // empty, or "/…"
  std::string key;   // that it shows there, and nobody else is told; empty: none
};

// "rules-0.yaml" of the first file in order of evaluation.
std::string rule_file_name(std::size_t index);
// As they are written; resources of Kubernetes, which Prometheus does not read, as the rule files that they stand for.
// Of a run that passes faster they are rewritten (monitor/speed/faster_rules.h): no rule may be one that cannot be.
std::vector<NamedFile> rule_files_for(const scenario::LoadedScenario& scenario, const RunTimes& times);

// The processes of these jobs (changing_jobs.h) that are there now, a file for each job, in their order.
std::vector<NamedFile> target_files_for(std::span<const std::string> changing_jobs,
                                        std::span<const ScrapedProcess> processes);

// The configuration, in JSON, which is YAML, with durations that shrink as the run passes faster. Rule files are looked
// for beside it, and so are the targets of jobs whose processes come and go; those of others stand in it.
std::string prometheus_file(const scenario::LoadedScenario& scenario, std::span<const ScrapedProcess> processes,
                            std::span<const PostedTo> posted_to, const RunTimes& times);

// Texts for what is printed as YAML in JSON's form: "a text", "90s", [a, b].
std::string in_quotes(std::string_view text);
std::string in_quotes(Duration duration);
std::string list_of(std::span<const std::string> printed);
// {"key": printed, …}: of entries that are not empty.
using Printed = std::vector<std::pair<std::string, std::string>>;
std::string map_of(const Printed& entries);

}  // namespace firedrill::monitor
