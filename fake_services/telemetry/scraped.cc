#include "fake_services/telemetry/scraped.h"

namespace firedrill::fake_services {

Scraped::Scraped(const std::vector<MetricSpec>& metrics, const std::vector<FaultSpec>& faults, const FlowModel& model,
                 const Pods& pods, const Exposition::Start& start)
    : metrics_(metrics), faults_(faults), exposition_(metrics, faults, model, pods, start) {}

void Scraped::on_pod_made(std::size_t slot, const Production& production) {
  exposition_.add_pod(slot, metrics_, faults_, production);
}

}  // namespace firedrill::fake_services
