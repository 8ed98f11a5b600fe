// An OpenSLO indicator as PromQL, by its SLO's budgeting method: what is counted are events, time slices that are good
// or not, or the mean of the slices' shares.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "incident/slo/declared_slo.h"
#include "yaml/document.h"

namespace firedrill::incident {

struct OpenSloBudget {
  std::string method;  // Occurrences, Timeslices, RatioTimeslices
  Position method_at;
  Duration slice{};         // of the time slices
  double slice_target = 0;  // of Timeslices and a ratio; 0: none is stated
  std::string op;           // of a threshold metric: lte, gte, lt, gt
  std::optional<double> value;
  Position objective_at;
};

struct OpenSloSources {
  std::function<const yaml::Node*(std::string_view name)> data_source;  // null: not in the file
  const promql::ParseOptions& options;
};

// `spec` is an SLI's. What cannot be written or counted goes into `declared`, what is wrong into `diagnostics`.
void decode_openslo_indicator(const yaml::Node& spec, const OpenSloBudget& budget, const OpenSloSources& sources,
                              const std::string& what, DeclaredSlo& declared, Diagnostics& diagnostics);

}  // namespace firedrill::incident
