// Fewer requests come in.
#include "fake_services/faults/fault.h"
#include "fake_services/faults/unseen.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services::faults {
namespace {

class TrafficDrop final : public Fault {
 public:
  TrafficDrop(double lost, bool unrouted) : lost_(lost), unrouted_(unrouted) {}

  void apply_to_service(ServiceConditions& conditions, double strength) const override {
    const double arrives = 1 - lost_ * strength;
    conditions.traffic_factor *= arrives;
    if (unrouted_) conditions.unrouted = 1 - (1 - conditions.unrouted) * arrives;
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    return arrivals_fall(before, during, target);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    return arrivals_unfallen(before, during, target);
  }

 private:
  double lost_;
  bool unrouted_;
};

constexpr std::string_view kCauses[] = {"route", "demand"};
constexpr FieldSpec kFields[] = {
    {.name = "percent",
     .type = FieldType::ratio,
     .doc = "share of the requests from outside that no longer come; less could be drift, and is no fault",
     .default_text = "100%",
     .min = 0.25,
     .max = 1},
    {.name = "cause",
     .type = FieldType::text,
     .doc = "route: they find no way, and neither do the checks made from outside; demand: nobody sends them",
     .default_text = "route",
     .choices = kCauses},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<TrafficDrop>(fields.number("percent", 1), fields.text("cause", "route") == "route");
}

}  // namespace

FaultKind traffic_drop() {
  return {
      .name = "traffic_drop",
      .summary = "requests from outside stay away",
      .doc =
          "A share of the requests from outside no longer comes, as when a route or a name of the whole site is lost: "
          "request rates fall all the way down, to 0 with 100%, where error ratios have nothing to divide by and "
          "alerts "
          "on them are silent. That share of the checks made from outside fails with them, and availability falls, "
          "unless "
          "`cause` is demand: customers who stay away by themselves. Every probe of a kubelet passes, and nothing is "
          "saturated. Witness: the rate at the entrance, below what drift and the time of day explain.",
      .fields = kFields,
      .per_request = false,
      .of_replicas = false,
      .aims = Aims(Aim::service),
      .no_lines = "Requests that do not come write nothing; the lines of those that do come stand for fewer.",
      .make = make,
      .misfit = needs_traffic_from_outside,
  };
}

}  // namespace firedrill::fake_services::faults
