// The target fails its requests while its probes succeed.
#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/unseen.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services::faults {
namespace {

class ProbeLiesOk final : public Fault {
 public:
  explicit ProbeLiesOk(std::int32_t code) : code_(code) {}

  void apply_to_requests(RequestConditions& conditions, double strength) const override {
    conditions.add_reply(code_, strength, 0);
  }
  void apply_to_pod(PodConditions& conditions, double /*strength*/) const override { conditions.forced.fill(true); }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    const double were = during.count(code_);
    if (!stands_out(were, during.replies, before.count(code_), before.replies)) return std::nullopt;
    const double probes = during.liveness_probes + during.readiness_probes;
    const double failed = during.liveness_failures + during.readiness_failures;
    if (failed > 0) return std::nullopt;
    return format("{:.0f} of {:.0f} requests to {} were answered {} while {:.0f} probes succeeded and none failed",
                  were, during.replies, target, code_, probes);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    const double failed = during.liveness_failures + during.readiness_failures;
    if (failed > 0) return format("{:.0f} probes of {} failed {}", failed, target, since_its_start(during));
    return code_unrisen(before, during, code_, target);
  }

 private:
  std::int32_t code_;
};

constexpr FieldSpec kFields[] = {
    {.name = "code",
     .type = FieldType::integer,
     .doc = "status code of the responses to requests",
     .default_text = "500",
     .min = 400,
     .max = 599},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<ProbeLiesOk>(static_cast<std::int32_t>(fields.integer("code", 500)));
}

std::optional<Misfit> misfit(const ServiceSpec& service, const TargetSpec&) {
  if (service.liveness_probe || service.readiness_probe) return std::nullopt;
  return Misfit{service.name + " has no probe that could lie", "give it a readinessProbe, or use http_error"};
}

constexpr LogForm kLines[] = {
    {LogCause::server_error, events::LogLevel::error,
     "{route} answered {code}: state of the handler is not consistent"},
    {LogCause::client_error, events::LogLevel::warn, "{route} answered {code}: state of the handler is not consistent"},
};

}  // namespace

FaultKind probe_lies_ok() {
  return {
      .name = "probe_lies_ok",
      .summary = "the target fails its requests while its probes succeed",
      .doc =
          "A share of the target's requests is answered with `code`, and every probe of it succeeds, whatever else is "
          "the "
          "matter with it: a health endpoint that looks at nothing. No replica leaves the load balancer, nothing is "
          "restarted, kube-state-metrics is content; only what callers see tells. Witness: responses with that code, "
          "as "
          "callers counted them, without a failed probe.",
      .fields = kFields,
      .per_request = true,
      .aims = Aims(Aim::service) | Aim::zone,
      .lines = kLines,
      .make = make,
      .misfit = misfit,
  };
}

}  // namespace firedrill::fake_services::faults
