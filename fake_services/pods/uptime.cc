#include "fake_services/pods/uptime.h"

#include "base/random.h"
#include "base/text/format.h"

namespace firedrill::fake_services {

std::vector<Time> started_before(const FlowModel& model, std::uint64_t seed, Time start) {
  constexpr std::uint64_t kUptimeSeconds = 86400;
  std::vector<Time> started;
  for (const ServiceModel& m : model.services) {
    if (m.spec.external) continue;
    for (std::size_t r = 0; r < static_cast<std::size_t>(m.spec.replicas); ++r) {
      RandomStream uptime(seed, format("pod/{}-{}/uptime", m.spec.name, r));
      started.push_back(start -
                        std::chrono::seconds(static_cast<std::int64_t>(kUptimeSeconds + uptime.below(kUptimeSeconds))));
    }
  }
  return started;
}

}  // namespace firedrill::fake_services
