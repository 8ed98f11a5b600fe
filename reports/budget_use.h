// What of its error budgets an incident burned: one figure, for every report that tells it.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"

namespace firedrill::record {
struct IncidentRecord;
struct Record;
struct Slo;
}  // namespace firedrill::record

namespace firedrill::reports {

struct BudgetUse {
  const record::Slo* slo = nullptr;
  Time from, to;      // from the injection to the resolution, or the run's end; by whole minutes
  double share = 0;   // of the budget; by whatever failed then, also of another incident
  Duration burned{};  // the same, in time of total outage
  // Other incidents with this objective that were going on meanwhile, in order, and what of the share was burned then:
  // it counts for them as well.
  std::vector<const record::IncidentRecord*> others;
  double share_with_others = 0;
};

// One for each SLO of the incident for which any request counts. Empty if its fault was never injected, or the record
// keeps no minutes.
std::vector<BudgetUse> budget_use(const record::Record& record, const record::IncidentRecord& incident);

// Of a share with others "3.1 % while cache-loss was going on too"; else empty.
std::string shared_part(const BudgetUse& use);
// "4.54 %"; of very little "less than 0.01 %".
std::string share_of(const BudgetUse& use);
// "4.54 % of API Availability (1 m 57 s of 43 m 12 s)", in the brackets with what is shared.
std::string describe(const BudgetUse& use);

}  // namespace firedrill::reports
