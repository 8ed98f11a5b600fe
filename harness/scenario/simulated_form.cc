#include "scenario/simulated_form.h"

#include <algorithm>

#include "base/report.h"
#include "base/text/format.h"
#include "fake_services/faults/live_forms.h"

namespace firedrill::scenario {

Diagnostics simulated_misfits(const LoadedScenario& loaded) {
  Diagnostics found;
  for (const fake_services::FaultSpec& fault : loaded.faults) {
    const auto misfit = fake_services::simulated_misfit(fault);
    if (!misfit) continue;
    const auto entry = std::ranges::find(loaded.scenario.faults, fault.id, &FaultEntry::id);
    Position where = loaded.scenario.duration_at;
    if (entry != loaded.scenario.faults.end()) {
      where = entry->parameters.has("per") ? entry->parameters.where("per") : entry->where;
    }
    report(found, where, format("fault {}: {}", fault.id, misfit->what), misfit->remedy);
  }
  return found;
}

}  // namespace firedrill::scenario
