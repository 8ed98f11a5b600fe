// What an alert's rule saw while the run went on: the compared side of its expression against its threshold, for
// charts.
#pragma once

#include <vector>

#include "incident/alerts/view.h"
#include "promql/queryable.h"
#include "record/record.h"

namespace firedrill::incident {

// The views of a rule: one for each comparison with a number that its expression joins by and, or, unless. Where none
// of these has to hold for an alert to fire (there is none, or what else there is may hold as well), the first view is
// of how many series the expression gives, which are more than 0 while an alert is pending or fires. Empty if no series
// of it was kept, it cannot be evaluated, or looking would cost too much.
std::vector<AlertView> alert_views(const record::Record& record, const record::RuleRecord& rule,
                                   const promql::Queryable& series, const ViewWindow& window);

}  // namespace firedrill::incident
