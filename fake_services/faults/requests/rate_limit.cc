// Requests over a limit are turned away.
#include "fake_services/faults/fault.h"
#include "fake_services/faults/unseen.h"

namespace firedrill::fake_services::faults {
namespace {

class RateLimit final : public Fault {
 public:
  RateLimit(double rps, double burst, int code, double retry_after_s, bool probes)
      : rps_(rps), burst_(burst), code_(code), retry_after_s_(retry_after_s), probes_(probes) {}

  // On its ramp the limit comes down to what it is in the end.
  void apply_to_service(ServiceConditions& conditions, double strength) const override {
    const double limit = rps_ / strength;
    if (conditions.limit > 0 && conditions.limit < limit) return;
    conditions.limit = limit;
    conditions.limit_burst = burst_;
    conditions.limit_code = code_;
    conditions.limit_retry_after_s = retry_after_s_;
    conditions.limits_probes = probes_;
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    return code_rise(before, during, code_, target);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    return code_unrisen(before, during, code_, target);
  }

 private:
  double rps_;
  double burst_;
  int code_;
  double retry_after_s_;
  bool probes_;
};

constexpr FieldSpec kFields[] = {
    {.name = "rps",
     .type = FieldType::number,
     .required = true,
     .doc = "requests per second that the whole service lets through",
     .min = 0.001,
     .max = 1e7},
    {.name = "burst",
     .type = FieldType::number,
     .doc = "size of the token bucket, in requests; one second's worth if absent",
     .min = 1,
     .max = 1e7},
    {.name = "code",
     .type = FieldType::integer,
     .doc = "status code of what is over the limit",
     .default_text = "429",
     .min = 400,
     .max = 599},
    {.name = "retry_after",
     .type = FieldType::duration,
     .doc = "value of the Retry-After header, which callers that retry obey"},
    {.name = "probes",
     .type = FieldType::boolean,
     .doc = "whether the probes of kubelets are turned away as well",
     .default_text = "false"},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  const double rps = fields.number("rps");
  return std::make_shared<RateLimit>(rps, fields.number("burst", rps), static_cast<int>(fields.integer("code", 429)),
                                     to_seconds(fields.duration("retry_after")), fields.boolean("probes"));
}

constexpr LogForm kLines[] = {
    {LogCause::too_many_requests, events::LogLevel::warn,
     "{route} answered 429: more requests per second than the limit allows"},
    {LogCause::server_error, events::LogLevel::error,
     "{route} answered {code}: more requests per second than the limit allows"},
};

}  // namespace

FaultKind rate_limit() {
  return {
      .name = "rate_limit",
      .summary = "requests over a limit are turned away",
      .doc =
          "A token bucket lets `rps` requests per second through to the target, and answers the rest with `code` at "
          "once. "
          "Nothing shows below the limit; above it 429s or 503s rise with the excess, and retries add to it. The "
          "kubelet's probes go past it, as they do where a mesh or a gateway keeps the limit; with `probes: true` they "
          "are requests as all others, and their share of them fails: a false failure, that takes healthy pods out. "
          "Witness: the responses with that code counted by callers.",
      .fields = kFields,
      .per_request = false,
      .of_replicas = false,
      .aims = Aims(Aim::service),
      .lines = kLines,
      .make = make,
  };
}

}  // namespace firedrill::fake_services::faults
