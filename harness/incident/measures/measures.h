// How long things took, on one incident and over all of them.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "record/record.h"

namespace firedrill::incident {

struct MeasureSpec {
  std::string_view name;   // "ttd"
  std::string_view title;  // "time to detect"
  std::string_view doc;
};
// In the order of an incident's life.
std::span<const MeasureSpec> measure_specs();

// All of them, in that order, each with its text. What had not happened when the run ended is censored; that it was
// noticed, when the incident was over.
std::vector<record::Measure> measure(const record::Record& record, const record::IncidentRecord& incident);

// The key metrics with their targets: MTTD, MTTR, false positive rate, error budget remaining, postmortem completion.
// A mean over a censored measure is a lower bound and says so.
std::vector<record::KpiRecord> key_metrics(const record::Record& record);

}  // namespace firedrill::incident
