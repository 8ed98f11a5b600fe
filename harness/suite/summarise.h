// What a suite keeps of a run.
#pragma once

#include "reports/suite/results.h"
#include "scenario/load.h"

namespace firedrill::record {
struct Record;
}

namespace firedrill::suite {

// The checks, incidents, pages and alerts of a judged record, with their places in the scenario's files; folder,
// warnings and seconds are its caller's to say. `file` is the scenario's.
reports::suite::ScenarioRun summarise(const record::Record& record, const scenario::LoadedScenario& scenario,
                                      const Position& file);

}  // namespace firedrill::suite
