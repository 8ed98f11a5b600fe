#include "reports/budget_use.h"

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "incident/incidents/incidents.h"
#include "incident/slo/error_budget.h"
#include "incident/truth.h"

namespace firedrill::reports {

std::vector<BudgetUse> budget_use(const record::Record& record, const record::IncidentRecord& incident) {
  std::vector<BudgetUse> uses;
  if (!incident.times.injected_at || incident::minute_count(record) == 0) return uses;
  const Time from = *incident.times.injected_at;
  const Time to = incident.times.resolved_at.value_or(record.judged_to);
  const std::size_t first = incident::minute_at(record, from);
  const std::size_t last = std::max(first, incident::minute_at(record, to));
  for (const record::Slo* slo : incident::slos_of(record, incident)) {
    const incident::ErrorBudget budget(record, *slo);
    if (!budget.has_requests()) continue;
    const double share = budget.spent(first, last);
    uses.push_back({slo, from, to, share, from_seconds(to_seconds(slo->budget()) * share)});
  }
  return uses;
}

std::string share_of(const BudgetUse& use) {
  return use.share > 0 && use.share < 1e-4 ? "less than 0.01 %" : describe_ratio(use.share);
}

std::string describe(const BudgetUse& use) {
  return format("{} of {} ({} of {})", share_of(use), use.slo->name, describe_duration(use.burned),
                describe_duration(use.slo->budget()));
}

}  // namespace firedrill::reports
