#include "driver/speed/cut_probes.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "base/maths.h"
#include "base/report.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "fake_services/pods/prober.h"

namespace firedrill::driver {
namespace {

using fake_services::ProbeSpec;
using fake_services::ProbeState;
using fake_services::ProbeType;

const std::optional<ProbeSpec>& probe_of(const fake_services::ServiceSpec& service, ProbeType type) {
  switch (type) {
    case ProbeType::startup:
      return service.startup_probe;
    case ProbeType::liveness:
      return service.liveness_probe;
    case ProbeType::readiness:
      return service.readiness_probe;
  }
  std::unreachable();
}

// When the probe was under way.
struct Faults {
  std::string names;  // "the fault a", "the faults a and b", or none
  Position where;     // of the first
};

Faults faults_at(const scenario::LoadedScenario& loaded, const record::Record& record, Time at) {
  Faults out{.names = {}, .where = loaded.scenario.duration_at};
  std::size_t count = 0;
  for (const record::FaultRecord& fault : record.faults) {
    if (!fault.injected_at || *fault.injected_at > at || (fault.recovered_at && *fault.recovered_at < at)) continue;
    const auto entry = std::ranges::find(loaded.scenario.faults, fault.id, &scenario::FaultEntry::id);
    if (count++ == 0 && entry != loaded.scenario.faults.end()) out.where = entry->where;
    out.names += format("{}{}", out.names.empty() ? "" : " and ", fault.id);
  }
  if (count > 0) out.names = format("the fault{} {}", count == 1 ? "" : "s", out.names);
  return out;
}

}  // namespace

void check_probes(const scenario::LoadedScenario& loaded, double speed, const Finished& run, Diagnostics& found) {
  std::map<std::pair<std::string, ProbeType>, const ProbeState*> slowest;
  for (const ProbeState& state : run.probes) {
    const ProbeState*& known = slowest[{state.service, state.type}];
    if (known == nullptr || state.slowest > known->slowest) known = &state;
  }
  for (const auto& [which, state] : slowest) {
    const fake_services::ServiceSpec* service = loaded.topology.find(state->service);
    if (service == nullptr || !probe_of(*service, state->type)) continue;
    const ProbeSpec& probe = *probe_of(*service, state->type);
    const Duration waits = fake_services::timeout_at(probe, speed);
    if (state->slowest < waits) continue;
    const Faults on = faults_at(loaded, run.record, state->slowest_at);
    const double highest = fake_services::speed_with_timeout(probe, state->slowest);
    const double tenths = (maths::ceil(highest * 10) - 1) / 10;  // an answer at the time-out is too late
    report(found, on.where,
           format("{} the {} probe of {} is answered after {} s, within its time-out of {} s, and waits {} s then",
                  on.names.empty() ? "without any fault" : "under " + on.names, to_string(state->type), state->service,
                  format_number(to_seconds(state->slowest)), probe.timeout_seconds, format_number(to_seconds(waits))),
           tenths > 1 ? format("the highest speed at which it waits for that is --speed {}", format_number(tenths))
                      : "leave --speed away");
  }
}

}  // namespace firedrill::driver
