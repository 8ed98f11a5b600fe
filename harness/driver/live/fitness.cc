#include "driver/live/fitness.h"

#include "base/text/format.h"
#include "fake_services/process/fake_service.h"

namespace firedrill::driver::live {

using fake_services::kMostInProcess;
using fake_services::ServiceSpec;
using fake_services::TopologyProblem;

std::vector<TopologyProblem> misfits(const fake_services::Topology& topology) {
  std::vector<TopologyProblem> problems;
  std::int64_t processes = 0;
  for (const ServiceSpec& service : topology.services) {
    processes += service.replicas;
    const bool queue_counts = !service.consumer;  // its messages wait without a thread
    if (service.concurrency <= kMostInProcess &&
        (!queue_counts || service.concurrency + service.queue <= kMostInProcess)) {
      continue;
    }
    const char* field = service.concurrency > kMostInProcess ? "concurrency" : "queue";
    problems.push_back(
        {{"services", service.name, field},
         format("a replica of {} may hold more requests at once than a process has threads for", service.name),
         format("as a process it may hold {}, `concurrency` and `queue` together", kMostInProcess)});
  }
  if (processes > kMostProcesses) {
    problems.push_back({{"services"},
                        format("{} replicas are more than are started as processes", processes),
                        format("at most {} are; lower `replicas`", kMostProcesses)});
  }
  return problems;
}

}  // namespace firedrill::driver::live
