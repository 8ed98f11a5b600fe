// What the scenario and the run's options ask of who scrapes and evaluates rules.
#pragma once

#include <memory>
#include <vector>

#include "driver/components/component.h"
#include "monitor/embedded/embedded_monitor.h"
#include "promql/parse/ast.h"
#include "record/criteria.h"

namespace firedrill::driver {

using Expressions = std::vector<std::shared_ptr<const promql::Expr>>;

// Those of expectations and queries.
Expressions expected_expressions(const record::Criteria& declared);

// Some fault is the monitor's own: what is sent may be lost, and is followed up.
bool monitor_may_fail(const scenario::LoadedScenario& scenario);

monitor::EmbeddedMonitor::Options monitoring_options(const Setup& setup);

}  // namespace firedrill::driver
