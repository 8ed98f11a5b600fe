// The SLO files' `queries:`: expressions that people watch, such as the burn rate and the budget left.
#pragma once

#include <vector>

#include "promql/queryable.h"
#include "record/record.h"

namespace firedrill::incident {

// Each at the end of the run, over the series that the record keeps. What lies before the run it cannot see: of a
// window of 30 days it sees the run's own length, and says so. So its budget left is not the record's, which takes the
// time before the run as faultless, but that of ErrorBudget with Before::alike.
std::vector<record::QueryRecord> evaluate_queries(const record::Record& record, const promql::Queryable& series);

}  // namespace firedrill::incident
