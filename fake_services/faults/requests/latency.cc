// Responses of the target come late.
#include "base/duration.h"
#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/unseen.h"
#include "fake_services/traffic/distribution.h"

namespace firedrill::fake_services::faults {
namespace {

class Latency final : public Fault {
 public:
  explicit Latency(Distribution delay) : delay_(delay) {}

  void apply_to_requests(RequestConditions& conditions, double strength) const override {
    conditions.add_delay(strength, delay_.mean(), delay_.variance());
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    return latency_rise(before, during, target);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    return latency_unrisen(before, during, target);
  }

 private:
  Distribution delay_;
};

constexpr std::string_view kShapes[] = {"constant", "exponential", "lognormal"};
constexpr FieldSpec kFields[] = {
    {.name = "distribution",
     .type = FieldType::text,
     .doc = "shape of the delay; lognormal if p90 or p99 is given",
     .choices = kShapes},
    {.name = "p50", .type = FieldType::duration, .required = true, .doc = "median delay, or the constant one"},
    {.name = "p90", .type = FieldType::duration, .doc = "90th percentile of the delay"},
    {.name = "p99", .type = FieldType::duration, .doc = "99th percentile of the delay"},
    {.name = "jitter",
     .type = FieldType::duration,
     .doc = "standard deviation of the delay, instead of the percentiles"},
};

// Each of the percentiles given has to be longer than those below it.
std::optional<FieldProblem> check_percentiles(const Fields& fields) {
  std::string_view below = "p50";
  for (const std::string_view name : {"p90", "p99"}) {
    if (!fields.has(name)) continue;
    if (fields.duration(name) <= fields.duration(below)) {
      return FieldProblem{name,
                          format("{} is {}, and {} is {}", name, format_duration(fields.duration(name)), below,
                                 format_duration(fields.duration(below))),
                          "percentiles must rise: p50 < p90 < p99"};
    }
    below = name;
  }
  return std::nullopt;
}

// A shape that the other fields do not fit.
std::optional<FieldProblem> check_shape(const Fields& fields, bool percentiles) {
  if (!fields.has("distribution")) return std::nullopt;
  const std::string shape = fields.text("distribution");
  const bool jitter = fields.has("jitter");
  if (shape == "lognormal" && !percentiles && !jitter) {
    return FieldProblem{"distribution", "a lognormal delay needs more than its p50", "add p90, p99 or jitter"};
  }
  if (shape != "lognormal" && (percentiles || jitter)) {
    return FieldProblem{
        "distribution",
        format("{} delay has no p90, p99 or jitter", shape == "constant" ? "a constant" : "an exponential"),
        "remove them, or make it lognormal"};
  }
  return std::nullopt;
}

std::optional<FieldProblem> check(const Fields& fields) {
  const bool percentiles = fields.has("p90") || fields.has("p99");
  if (fields.has("jitter") && percentiles) {
    return FieldProblem{"jitter", "jitter stands instead of p90 and p99, and not beside them",
                        "remove one or the other"};
  }
  if (auto problem = check_percentiles(fields)) return problem;
  if (fields.has("p90") && fields.has("p99")) {
    return FieldProblem{"p90", "a lognormal delay is given by p50 and one more percentile", "remove p90 or p99"};
  }
  return check_shape(fields, percentiles);
}

std::shared_ptr<const Fault> make(const Fields& fields) {
  DistributionSpec spec;
  spec.p50 = fields.duration("p50");
  spec.p90 = fields.duration("p90");
  spec.p99 = fields.duration("p99");
  const bool spread = fields.has("p90") || fields.has("p99");
  spec.distribution = fields.text("distribution", spread ? "lognormal" : "constant");
  if (fields.has("jitter") && !spread) {
    const double sd = to_seconds(fields.duration("jitter"));
    return std::make_shared<Latency>(Distribution::lognormal({to_seconds(spec.p50), sd * sd}));
  }
  return std::make_shared<Latency>(Distribution::from(spec));
}

constexpr LogForm kLines[] = {
    {LogCause::slow, events::LogLevel::warn, "{route} took {took}, nearly all of it waiting and hardly any of it work"},
};

}  // namespace

FaultKind latency() {
  return {
      .name = "latency",
      .summary = "responses of the target come late",
      .doc =
          "A share of the target's requests takes a drawn time longer, as if the work did: the request keeps its "
          "worker "
          "and its caller's connection meanwhile. The histogram shifts, requests in flight rise, callers' pools fill, "
          "their time-outs and queue limits begin to act. Probes fail where the delay exceeds timeoutSeconds. Witness: "
          "the mean time that callers waited for the target.",
      .fields = kFields,
      .per_request = true,
      .per_connection = true,
      .lines = kLines,
      .make = make,
      .check = check,
  };
}

}  // namespace firedrill::fake_services::faults
