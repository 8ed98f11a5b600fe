// What of a scenario a real Prometheus and a real Alertmanager cannot be made to do, said before anything starts.
#pragma once

#include <string>

#include "base/diagnostic.h"
#include "promql/parse/ast.h"
#include "scenario/load.h"

namespace firedrill::monitor {

// Errors for what would give another run than the scenario's; warnings for what is merely done otherwise.
// `speed`: of the incident's time, in a run that passes faster.
Diagnostics program_misfits(const scenario::LoadedScenario& scenario, double speed = 1);

// The first part of an expression that reads the clock, in words: "hour()". Empty: none does, but for time(), which a
// rule may have.
std::string what_reads_clock(const promql::Expr& expression);

}  // namespace firedrill::monitor
