#include "fake_services/telemetry/scraped.h"

namespace firedrill::fake_services {

Scraped::Scraped(const std::vector<MetricSpec>& metrics, const std::vector<FaultSpec>& faults, const FlowModel& model,
                 const Exposition::Start& start)
    : metrics_(metrics), faults_(faults), exposition_(metrics, faults, model, start) {}

void Scraped::on_replica_added(std::size_t service, const Production& production) {
  exposition_.add_replica(service, metrics_, faults_, production);
}

}  // namespace firedrill::fake_services
