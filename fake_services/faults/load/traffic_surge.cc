// More requests come in.
#include "fake_services/faults/fault.h"
#include "fake_services/faults/unseen.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services::faults {
namespace {

class TrafficSurge final : public Fault {
 public:
  explicit TrafficSurge(double factor) : factor_(factor) {}

  void apply_to_service(ServiceConditions& conditions, double strength) const override {
    conditions.traffic_factor *= 1 + (factor_ - 1) * strength;
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    return arrivals_rise(before, during, target);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    return arrivals_unrisen(before, during, target);
  }

 private:
  double factor_;
};

constexpr FieldSpec kFields[] = {
    {.name = "factor",
     .type = FieldType::number,
     .required = true,
     .doc = "by which the rate from outside is multiplied; less could be drift, and is no fault",
     .min = 1.25,
     .max = 10000},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<TrafficSurge>(fields.number("factor", 2));
}

constexpr LogForm kLines[] = {
    {LogCause::slow, events::LogLevel::warn, "{route} took {took}: it waited for a free worker"},
    {LogCause::server_error, events::LogLevel::error, "{route} answered {code}: no capacity left"},
};

}  // namespace

FaultKind traffic_surge() {
  return {
      .name = "traffic_surge",
      .summary = "more requests come in from outside",
      .doc =
          "The rate of requests from outside is multiplied by `factor`, at once or over `ramp`. Request rates rise all "
          "the "
          "way down; the first replica, pool or processor that has no room left saturates, queues and then turns away. "
          "Probes fail where they wait behind requests: overload. Witness: the rate at the entrance, beyond what drift "
          "and the time of day explain.",
      .fields = kFields,
      .per_request = false,
      .of_replicas = false,
      .aims = Aims(Aim::service),
      .loads_callees = true,
      .lines = kLines,
      .make = make,
      .misfit = needs_traffic_from_outside,
  };
}

}  // namespace firedrill::fake_services::faults
