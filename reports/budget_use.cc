#include "reports/budget_use.h"

#include <algorithm>

#include "base/contains.h"
#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "incident/incidents/incidents.h"
#include "incident/slo/error_budget.h"
#include "incident/truth.h"

namespace firedrill::reports {

namespace {

struct Minutes {
  std::size_t first = 0;
  std::size_t last = 0;
};

// From the injection to the resolution, or the run's end.
std::optional<Minutes> minutes_of(const record::Record& record, const record::IncidentRecord& incident) {
  if (!incident.times.injected_at) return std::nullopt;
  const std::size_t first = incident::minute_at(record, *incident.times.injected_at);
  const Time to = incident.times.resolved_at.value_or(record.judged_to);
  return Minutes{first, std::max(first, incident::minute_at(record, to))};
}

void note_others(const record::Record& record, const record::IncidentRecord& incident, Minutes own,
                 const incident::ErrorBudget& budget, BudgetUse& use) {
  std::vector<bool> shared(own.last - own.first + 1);
  for (const record::IncidentRecord& other : record.incidents) {
    const auto theirs = other.id == incident.id ? std::nullopt : minutes_of(record, other);
    if (!theirs || !contains(incident::slos_of(record, other), use.slo)) continue;
    const std::size_t first = std::max(own.first, theirs->first), last = std::min(own.last, theirs->last);
    if (first > last) continue;
    use.others.push_back(&other);
    for (std::size_t minute = first; minute <= last; ++minute) shared[minute - own.first] = true;
  }
  for (std::size_t i = 0; i < shared.size(); ++i) {
    if (!shared[i]) continue;
    std::size_t last = i;
    while (last + 1 < shared.size() && shared[last + 1]) ++last;
    use.share_with_others += budget.spent(own.first + i, own.first + last);
    i = last;
  }
}

std::string in_percent(double share) {
  return share > 0 && share < 1e-4 ? "less than 0.01 %" : describe_ratio(share);
}

}  // namespace

std::vector<BudgetUse> budget_use(const record::Record& record, const record::IncidentRecord& incident) {
  std::vector<BudgetUse> uses;
  const auto minutes = minutes_of(record, incident);
  if (!minutes || incident::minute_count(record) == 0) return uses;
  const Time from = *incident.times.injected_at;
  const Time to = incident.times.resolved_at.value_or(record.judged_to);
  for (const record::Slo* slo : incident::slos_of(record, incident)) {
    const incident::ErrorBudget budget(record, *slo);
    if (!budget.has_requests()) continue;
    const double share = budget.spent(minutes->first, minutes->last);
    uses.push_back({slo, from, to, share, from_seconds(to_seconds(slo->budget()) * share), {}, 0});
    note_others(record, incident, *minutes, budget, uses.back());
  }
  return uses;
}

std::string share_of(const BudgetUse& use) {
  return in_percent(use.share);
}

std::string shared_part(const BudgetUse& use) {
  if (use.others.empty() || use.share <= 0) return {};
  std::string names = use.others.front()->id;
  if (use.others.size() == 2) names += " and " + use.others.back()->id;
  if (use.others.size() > 2) names += format(" and {} more incidents", use.others.size() - 1);
  return format("{} while {} {} going on too", in_percent(use.share_with_others), names,
                use.others.size() == 1 ? "was" : "were");
}

std::string describe(const BudgetUse& use) {
  const std::string shared = shared_part(use);
  return format("{} of {} ({} of {}{})", share_of(use), use.slo->name, describe_duration(use.burned),
                describe_duration(use.slo->budget()), shared.empty() ? "" : "; " + shared);
}

}  // namespace firedrill::reports
