#include "fake_services/faults/fault.h"

#include "base/maths.h"
#include "base/text/format.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services {

bool FaultMatch::matches(std::string_view request_method, std::string_view request_path) const {
  if (!method.empty() && method != request_method) return false;
  if (path.ends_with('*')) return request_path.starts_with(std::string_view(path).substr(0, path.size() - 1));
  return path.empty() || path == request_path;
}

void Fault::apply_to_requests(RequestConditions& /*conditions*/, double /*strength*/) const {}
void Fault::apply_to_calls(RequestConditions& /*conditions*/, double /*strength*/) const {}
void Fault::apply_to_link(RequestConditions& conditions, double strength) const {
  apply_to_requests(conditions, strength);
  apply_to_calls(conditions, strength);
}
void Fault::apply_to_dependency(DependencyConditions& /*conditions*/, double /*strength*/) const {}
void Fault::apply_to_replica(ReplicaConditions& /*conditions*/, double /*strength*/) const {}
void Fault::apply_to_pod(PodConditions& /*conditions*/, double /*strength*/) const {}
void Fault::apply_to_service(ServiceConditions& /*conditions*/, double /*strength*/) const {}
void Fault::apply_to_scrape(ScrapeConditions& /*conditions*/, double /*strength*/) const {}
const ForgedMetric* Fault::forges() const {
  return nullptr;
}
void Fault::apply_to_monitor(MonitorConditions& /*conditions*/, double /*strength*/) const {}
std::optional<Duration> Fault::turns_after() const {
  return std::nullopt;
}
double Bytes::longer() const {
  return answer_bytes > 0 ? maths::exp(-ends_after / answer_bytes) : 1;
}

std::optional<Bytes> Fault::bytes() const {
  return std::nullopt;
}
std::optional<StateChange> Fault::state() const {
  return std::nullopt;
}
std::optional<DutyCycle> Fault::duty_cycle() const {
  return std::nullopt;
}
bool Fault::by_turns() const {
  return false;
}
bool Fault::writes(const LogForm& /*line*/) const {
  return true;
}
std::optional<ChangeForm> Fault::change(bool /*ends*/) const {
  return std::nullopt;
}
bool Fault::momentary() const {
  return false;
}
bool Fault::shows_afterwards() const {
  return momentary();
}
bool Fault::shows_in_timeouts() const {
  return false;
}
bool Fault::over(const Observation& /*now*/) const {
  return true;
}

std::optional<Misfit> needs_traffic_from_outside(const ServiceSpec& service, const TargetSpec& /*target*/) {
  if (service.traffic) return std::nullopt;
  return Misfit{format("{} has no traffic from outside", service.name),
                "target an entry point, a service with traffic"};
}

std::optional<Misfit> needs_dependencies(const ServiceSpec& service, const TargetSpec& /*target*/) {
  if (!service.dependencies.empty()) return std::nullopt;
  return Misfit{format("{} has no dependencies, and calls nobody", service.name), "target the service that calls"};
}

std::optional<Misfit> needs_disk(const ServiceSpec& service, const TargetSpec& /*target*/) {
  if (service.disk) return std::nullopt;
  return Misfit{format("{} has no disk", service.name), "give it one, for example disk: {size: 50Gi, used: 40%}"};
}

std::optional<Misfit> needs_pods(const ServiceSpec& service, const TargetSpec& /*target*/) {
  if (!service.external) return std::nullopt;
  return Misfit{format("{} is a third party's: it has no pods of ours", service.name),
                "aim at a service of your own, or break the requests to it"};
}

std::string target_name(const TargetSpec& target) {
  if (!target.zone.empty()) return "zone " + target.zone;
  return target.service.empty() ? "the monitor" : target.service;
}

}  // namespace firedrill::fake_services
