// What was expected against what was there, as promtool compares it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "alerting/alert.h"
#include "promql/parse/parser.h"
#include "promql/value.h"
#include "ruletest/test_result.h"
#include "ruletest/unit_test_file.h"

namespace firedrill::ruletest {

// An alert as a case sees it: labels (alertname among them) and annotations, equal in full or not at all.
struct SeenAlert {
  std::vector<model::Label> labels;
  alerting::Annotations annotations;
  auto operator<=>(const SeenAlert&) const = default;
};

// Whether they are the same alerts; both are sorted. If not, `failure` gets both sides and the difference.
bool compare_alerts(std::vector<SeenAlert> expected, std::vector<SeenAlert> got, Failure& failure);

// Takes from each alert of `got` the annotations that the expected alert with its labels does not name.
void leave_out_unexpected_annotations(const std::vector<SeenAlert>& expected, std::vector<SeenAlert>& got);

struct SeenSample {
  model::Labels labels;
  double value = 0;
};
// The same of samples. NaN equals nothing, itself included; fuzzy: neighbouring numbers are equal.
bool compare_samples(std::vector<SeenSample> expected, std::vector<SeenSample> got, bool fuzzy, Failure& failure);

// Why no sample can equal the labels that a case expects; nothing if one can.
struct NeverMet {
  std::string what;
  std::string remedy;
};
std::optional<NeverMet> why_never_met(const promql::MetricText& metric);

}  // namespace firedrill::ruletest
