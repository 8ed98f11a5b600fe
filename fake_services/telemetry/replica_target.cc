#include "fake_services/telemetry/replica_target.h"

#include "base/text/format.h"

namespace firedrill::fake_services {

Target replica_target(const ServiceSpec& service, std::size_t service_index, std::size_t replica) {
  Target t;
  t.service = service.name;
  t.pod = format("{}-{}", service.name, replica);
  t.instance = format("{}:{}", t.pod, service.port);
  t.job = service.job;
  t.name_space = service.name_space;
  t.zone = service.zones.empty() ? std::string() : service.zones[replica % service.zones.size()];
  t.service_index = service_index;
  t.replica = replica;
  for (const auto& [name, value] : service.labels) t.labels.set(name, value);
  t.labels.set("job", t.job);
  t.labels.set("instance", t.instance);
  t.labels.set("service", t.service);
  t.labels.set("pod", t.pod);
  t.labels.set("namespace", t.name_space);
  return t;
}

}  // namespace firedrill::fake_services
