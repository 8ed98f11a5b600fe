// Which alerts of rule files can fire in a production at all, and what the others lack.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/text/json.h"
#include "exercise/subject.h"
#include "lint/rule_lints.h"

namespace firedrill::exercise {

// What some alerts lack.
struct Lack {
  std::string metric;
  std::string selector;  // of the first of them; empty: no series at all has the metric's name
  std::string exporter;  // that would bring it; empty: none that is known
  std::string gap;       // of the topology: "no target has the job etcd"; empty: it is none
  std::vector<std::string> alerts;
};

struct CoveredFile {
  std::string file;
  std::size_t alerts = 0;
  std::size_t complete = 0;  // of them, those of which every selector finds series
};

struct Coverage {
  std::vector<CoveredFile> files;                // in their order
  std::map<std::string, CoveredFile> exporters;  // by name, of alerts that read what they have
  std::vector<Lack> lacks;                       // those that most alerts lack first
  std::size_t alerts = 0;
  std::size_t complete = 0;  // of them, those of which every selector finds series
};

// The name of an exporter that has a metric; empty: none is known.
using ExporterOf = std::function<std::string(const std::string& metric)>;

Coverage coverage_of(std::span<const Subject> subjects, const lint::MetricInventory& inventory,
                     const ExporterOf& exporter_of);

// Adds what was found of other files.
void merge(Coverage& all, Coverage more);

std::string to_text(const Coverage& coverage);
json::value to_json(const Coverage& coverage);

}  // namespace firedrill::exercise
