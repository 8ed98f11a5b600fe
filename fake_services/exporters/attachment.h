// Which exporters a topology may attach where.
#pragma once

#include <string>
#include <vector>

#include "fake_services/topology/topology.h"
#include "model/sample.h"

namespace firedrill::fake_services {

// Unknown names, one that is attached twice, one that cannot watch what it stands at, series of one name and two
// types, jobs of exporters that are not attached.
std::vector<TopologyProblem> exporter_problems(const Topology& topology);

// The job labels of all its exporters' targets. The topology must be valid.
std::vector<std::string> exporter_jobs_of(const Topology& topology);
// And the names of all their series.
std::vector<std::string> exporter_series_names(const Topology& topology);

// And what type each of them has. The topology must be valid, as for the others.
struct ExportedType {
  std::string series;
  model::MetricType type = model::MetricType::unknown;
  std::string exporter;
};
std::vector<ExportedType> exported_types(const Topology& topology);

}  // namespace firedrill::fake_services
