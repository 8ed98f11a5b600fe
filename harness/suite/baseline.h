// What a suite gave when somebody last agreed with it: a file that lies beside the rules, reads well in a diff, and
// that later suites are held against.
#pragma once

#include <cstdint>
#include <functional>
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
    std::string file{};  // the scenario's, from the baseline's folder; may be empty
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

// The baseline of these runs; each has to have run. `file_of` says where a scenario's file lies from the baseline's
// folder.
using FileOf = std::function<std::string(const reports::suite::ScenarioRun&)>;
Baseline make_baseline(std::span<const reports::suite::ScenarioRun> runs, Duration slower_by,
                       const FileOf& file_of = nullptr);

// What of an earlier baseline becomes of scenarios and seeds that were not run.
struct NotRun {
  std::vector<Baseline::Scenario> kept;
  std::vector<Baseline::Scenario> dropped;
};
// Adds to a baseline what an earlier one has of other runs, but for those of scenarios that are `gone`.
NotRun keep_the_others(Baseline& baseline, const Baseline& before,
                       const std::function<bool(const Baseline::Scenario&)>& gone);
// One line for each scenario, incident and alert, in order of their names: equal results give equal bytes.
std::string write_baseline(const Baseline& baseline);

}  // namespace firedrill::suite
