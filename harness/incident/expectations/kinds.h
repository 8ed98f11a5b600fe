// The rows of the table of expectation kinds, one made by each file in this folder.
#pragma once

#include "incident/expectation_table.h"

namespace firedrill::incident {

ExpectationKind alert_firing_kind();
ExpectationKind measure_kind();
ExpectationKind no_other_alerts_kind();
ExpectationKind promql_kind();

}  // namespace firedrill::incident
