#include "fake_services/telemetry/replica_target.h"

#include <utility>

namespace firedrill::fake_services {

Target replica_target(const ServiceSpec& service, std::size_t service_index, std::size_t place, std::string pod,
                      std::string instance) {
  Target t;
  t.service = service.name;
  t.pod = std::move(pod);
  t.instance = std::move(instance);
  t.job = service.job;
  t.name_space = service.name_space;
  t.zone = service.zones.empty() ? std::string() : service.zones[place % service.zones.size()];
  t.service_index = service_index;
  t.replica = place;
  t.place = place;
  if (service.program) t.metrics_path = service.program->metrics_path;
  for (const auto& [name, value] : service.labels) t.labels.set(name, value);
  t.labels.set("job", t.job);
  t.labels.set("instance", t.instance);
  t.labels.set("service", t.service);
  t.labels.set("pod", t.pod);
  t.labels.set("namespace", t.name_space);
  return t;
}

}  // namespace firedrill::fake_services
