// A suite against its baseline.
#pragma once

#include <span>
#include <string>

#include "reports/suite/results.h"
#include "suite/baseline.h"

namespace firedrill::suite {

// What is different, in order of scenario and seed. The suite fails by it if an incident is not detected any more,
// if it is detected later by more than `slower_by`, and if a page is new: of an alert that did not page for that
// incident (or for none) before, or that pages more often. What pages for an incident that was not detected is its
// detection, and no new page. What the scenarios themselves have gained or lost is said alone.
//
// A run whose faults had no effect shows nothing, and is not compared.
reports::suite::Comparison compare(const Baseline& baseline, std::span<const reports::suite::ScenarioRun> runs,
                                   Duration slower_by, std::string name);

// Says of the scenarios that were not run what --update-baseline made of their lines.
void tell_what_became(reports::suite::Comparison& comparison, const NotRun& others);

}  // namespace firedrill::suite
