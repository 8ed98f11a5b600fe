// Clients come all at once.
#include <algorithm>

#include "fake_services/faults/fault.h"
#include "fake_services/faults/unseen.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services::faults {
namespace {

class ThunderingHerd final : public Fault {
 public:
  ThunderingHerd(double factor, Duration period, Duration width) : factor_(factor), period_(period), width_(width) {}

  void apply_to_service(ServiceConditions& conditions, double strength) const override {
    conditions.traffic_factor *= 1 + (factor_ - 1) * strength;
  }
  std::optional<DutyCycle> duty_cycle() const override { return DutyCycle{period_, width_}; }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    return arrivals_rise(before, during, target);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    return arrivals_unrisen(before, during, target);
  }

 private:
  double factor_;
  Duration period_;
  Duration width_;
};

constexpr FieldSpec kFields[] = {
    {.name = "factor",
     .type = FieldType::number,
     .doc = "by which the rate from outside is multiplied while the herd comes",
     .default_text = "10",
     .min = 1.25,
     .max = 10000},
    {.name = "period",
     .type = FieldType::duration,
     .doc = "from one herd to the next",
     .default_text = "5m",
     .min = 1,
     .max = 86400},
    {.name = "width",
     .type = FieldType::duration,
     .doc = "for which a herd comes",
     .default_text = "15s",
     .min = 0.1,
     .max = 86400},
};

Duration period_of(const Fields& fields) {
  return fields.duration("period", std::chrono::minutes(5));
}
Duration width_of(const Fields& fields) {
  return fields.duration("width", std::chrono::seconds(15));
}

std::optional<FieldProblem> check(const Fields& fields) {
  if (width_of(fields) < period_of(fields)) return std::nullopt;
  return FieldProblem{fields.has("width") ? "width" : "period", "the herd's width is not shorter than its period",
                      "the herd comes anew every period; make it longer, or the width shorter"};
}

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<ThunderingHerd>(fields.number("factor", 10), period_of(fields), width_of(fields));
}

constexpr LogForm kLines[] = {
    {LogCause::slow, events::LogLevel::warn,
     "{route} took {took}: it waited for a worker, behind many that came at the same time"},
    {LogCause::server_error, events::LogLevel::error,
     "{route} answered {code}: too many requests came at the same time"},
};

}  // namespace

FaultKind thundering_herd() {
  return {
      .name = "thundering_herd",
      .summary = "clients come all at once, again and again",
      .doc =
          "Clients act in lock step, at the full minute or when a cached entry expires everywhere: every `period` the "
          "rate from outside is multiplied by `factor` for `width`. Averages over minutes look harmless; queues fill "
          "within "
          "seconds, requests are turned away with 503, and what retries comes on top. Readiness probes that wait "
          "behind "
          "the herd cascade. Witness: the rate at the entrance in the seconds after the fault begins.",
      .fields = kFields,
      .per_request = false,
      .of_replicas = false,
      .aims = Aims(Aim::service),
      .loads_callees = true,
      .lines = kLines,
      .make = make,
      .check = check,
      .misfit = needs_traffic_from_outside,
  };
}

}  // namespace firedrill::fake_services::faults
