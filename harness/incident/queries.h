// The SLO files' `queries:`: expressions that people watch, such as the burn rate and the budget left.
#pragma once

#include <vector>

#include "incident/record.h"
#include "promql/queryable.h"

namespace firedrill::incident {

// Each at the end of the run, over the series that the record keeps. What lies before the run it cannot see: of a
// window of 30 days it sees the run's own length, and says so. So its budget left is not the record's, which takes the
// time before the run as faultless, but that of ErrorBudget with Before::alike.
std::vector<QueryRecord> evaluate_queries(const Record& record, const promql::Queryable& series);

}  // namespace firedrill::incident
