// What a suite gave when somebody last agreed with it: a file that lies beside the rules, reads well in a diff, and
// that later suites are held against.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/text/json.h"
#include "base/time.h"
#include "record/expectation.h"
#include "reports/suite/results.h"
#include "yaml/document.h"
#include "yaml/form.h"

namespace firedrill::suite {

struct Baseline {
  struct Scenario {
    std::string scenario;
    std::uint64_t seed = 1;
    record::Verdict verdict = record::Verdict::pass;
  };
  struct Detection {
    std::string scenario;
    std::uint64_t seed = 1;
    std::string incident;
    std::optional<Duration> detected_after;  // absent: it was not
    std::string alert;                       // that it was detected by; may be empty
  };
  struct Page {
    std::string scenario;
    std::uint64_t seed = 1;
    std::string alert;
    std::string incident;  // empty: it belongs to none
    std::int64_t times = 1;
  };

  Duration slower_by = 1min;  // what a detection may slow by
  std::vector<Scenario> scenarios;
  std::vector<Detection> detections;
  std::vector<Page> pages;

  const Scenario* find(std::string_view scenario, std::uint64_t seed) const;
};

// Its JSON Schema, from the tables that decode it.
json::value baseline_schema();
extern const yaml::FileForm kBaselineForm;

Baseline decode_baseline(const yaml::Document& document, Diagnostics& diagnostics);
Result<Baseline> read_baseline(const SourcePtr& source);

// The baseline of these runs; each has to have run.
Baseline make_baseline(std::span<const reports::suite::ScenarioRun> runs, Duration slower_by);
// One line for each scenario, incident and alert, in order of their names: equal results give equal bytes.
std::string write_baseline(const Baseline& baseline);

}  // namespace firedrill::suite
