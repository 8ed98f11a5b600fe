// The process stands still now and then.
#include <algorithm>

#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/unseen.h"

namespace firedrill::fake_services::faults {
namespace {

class GcPause final : public Fault {
 public:
  GcPause(Duration pause, Duration period) : pause_(pause), period_(period) {}

  // Who comes during a pause waits for what is left of it.
  void apply_to_requests(RequestConditions& conditions, double strength) const override {
    const double whole = to_seconds(pause_);
    conditions.add_delay(strength, whole / 2, whole * whole / 12);
  }
  void apply_to_scrape(ScrapeConditions& conditions, double /*strength*/) const override {
    conditions.delay_s += to_seconds(pause_) / 2;
  }
  std::optional<DutyCycle> duty_cycle() const override { return DutyCycle{period_, pause_}; }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    return latency_rise(before, during, target);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    return latency_unrisen(before, during, target);
  }

 private:
  Duration pause_;
  Duration period_;
};

constexpr FieldSpec kFields[] = {
    {.name = "pause",
     .type = FieldType::duration,
     .doc = "for which the process stands still",
     .default_text = "2s",
     .min = 0.05,
     .max = 600},
    {.name = "period",
     .type = FieldType::duration,
     .doc = "from the beginning of one pause to that of the next; longer than the pause",
     .default_text = "60s",
     .min = 1,
     .max = 86400},
};

Duration pause_of(const Fields& fields) {
  return fields.duration("pause", std::chrono::seconds(2));
}
Duration period_of(const Fields& fields) {
  return fields.duration("period", std::chrono::seconds(60));
}

std::optional<FieldProblem> check(const Fields& fields) {
  if (pause_of(fields) < period_of(fields)) return std::nullopt;
  return FieldProblem{fields.has("pause") ? "pause" : "period", "the pause is not shorter than its period",
                      "pauses begin anew every period; make it longer, or the pause shorter"};
}

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<GcPause>(pause_of(fields), period_of(fields));
}

constexpr LogForm kLines[] = {
    {LogCause::slow, events::LogLevel::warn,
     "{route} took {took}: all threads stood still for the collector meanwhile"},
};

}  // namespace

FaultKind gc_pause() {
  return {
      .name = "gc_pause",
      .summary = "the process stands still for a while, again and again",
      .doc =
          "Every `period` the target stands still for `pause`, as in a stop-the-world garbage collection: requests "
          "wait "
          "for what is left of the pause, pile up, and are worked off afterwards, so that latency and requests in "
          "flight "
          "show a sawtooth. Scrapes wait too. Probes time out where a pause is longer than their timeoutSeconds; "
          "liveness probes restart the container if failureThreshold of them in a row meet one. Witness: the mean time "
          "that callers waited.",
      .fields = kFields,
      .per_request = false,
      .aims = Aims(Aim::service) | Aim::zone,
      .lines = kLines,
      .make = make,
      .check = check,
  };
}

}  // namespace firedrill::fake_services::faults
