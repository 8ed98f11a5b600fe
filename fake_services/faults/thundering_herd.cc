#include "fake_services/faults/thundering_herd.h"

#include <algorithm>

#include "base/format.h"
#include "fake_services/topology.h"

namespace firedrill::fake_services {
namespace {

class ThunderingHerd final : public Fault {
 public:
  ThunderingHerd(double factor, Duration period, Duration width) : factor_(factor), period_(period), width_(width) {}

  void apply_to_service(ServiceConditions& conditions, double strength) const override {
    conditions.traffic_factor *= 1 + (factor_ - 1) * strength;
  }
  std::optional<Rhythm> rhythm() const override { return Rhythm{period_, width_}; }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    constexpr double kBeyondDrift = 1.2;
    if (!rate_rose(during.outside, during.seconds, before.outside, before.seconds, kBeyondDrift)) return std::nullopt;
    return format("{:.1f} requests per second came to {} (before: {:.1f})", during.outside / during.seconds, target,
                  before.seconds > 0 ? before.outside / before.seconds : 0);
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

std::shared_ptr<const Fault> make(const Fields& fields) {
  const Duration period = fields.duration("period", std::chrono::minutes(5));
  const Duration width = fields.duration("width", std::chrono::seconds(15));
  return std::make_shared<ThunderingHerd>(fields.number("factor", 10), period, std::min(period, width));
}

std::optional<Misfit> misfit(const ServiceSpec& service, const TargetSpec& /*target*/) {
  if (service.traffic) return std::nullopt;
  return Misfit{format("{} has no traffic from outside", service.name),
                "target an entry point, a service with traffic"};
}

}  // namespace

const FaultKind kThunderingHerd = {
    .name = "thundering_herd",
    .summary = "clients come all at once, again and again",
    .doc =
        "Clients act in lock step, at the full minute or when a cached entry expires everywhere: every `period` the "
        "rate "
        "from outside is multiplied by `factor` for `width`. Averages over minutes look harmless; queues fill within "
        "seconds, requests are turned away with 503, and what retries comes on top. Readiness probes that wait behind "
        "the herd cascade. Witness: the rate at the entrance in the seconds after the fault begins.",
    .fields = kFields,
    .per_request = false,
    .aims = Aims(Aim::service),
    .make = make,
    .misfit = misfit,
};

}  // namespace firedrill::fake_services
