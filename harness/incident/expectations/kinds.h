// The rows of the table of expectation kinds, one made by each file in this folder.
#pragma once

#include "incident/expectation_table.h"

namespace firedrill::incident::expectations {

ExpectationKind alert_firing();
ExpectationKind alert_not_firing();
ExpectationKind alert_pending();
ExpectationKind budget_left();
ExpectationKind burn_rate();
ExpectationKind dead_mans_switch();
ExpectationKind endpoints();
ExpectationKind measure();
ExpectationKind no_other_alerts();
ExpectationKind probe();
ExpectationKind promql();
ExpectationKind restarts();
ExpectationKind severity();

}  // namespace firedrill::incident::expectations
