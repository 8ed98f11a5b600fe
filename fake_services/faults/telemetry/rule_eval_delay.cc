// Rule groups take too long to evaluate.
#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/telemetry/scraped.h"

namespace firedrill::fake_services::faults {
namespace {

// An iteration takes some time without any fault, too.
constexpr double kNoise = 0.1;  // seconds

class RuleEvalDelay final : public Fault {
 public:
  explicit RuleEvalDelay(Duration delay) : delay_(delay) {}

  void apply_to_monitor(MonitorConditions& conditions, double strength) const override {
    conditions.evaluation_delay += delay_;
    conditions.evaluations_delayed = 1 - (1 - conditions.evaluations_delayed) * (1 - strength);
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view /*target*/) const override {
    const double was = before.evaluations > 0 ? before.evaluation_delay_s / before.evaluations : 0;
    const double is = during.evaluations > 0 ? during.evaluation_delay_s / during.evaluations : 0;
    const bool missed = more_often(during.evaluations_missed, during.evaluations + during.evaluations_missed,
                                   before.evaluations_missed, before.evaluations + before.evaluations_missed);
    if (during.evaluations_overdue > before.evaluations_overdue) {
      return format(
          "rule groups that were not evaluated yet when their next iterations were due: {:.0f} (before: {:.0f})",
          during.evaluations_overdue, before.evaluations_overdue);
    }
    if (!missed && is <= 2 * was + kNoise) return std::nullopt;
    return format(
        "{:.0f} iterations of rule groups came {:.1f} s late on average, {:.0f} were missed (before: {:.1f} s, "
        "{:.0f})",
        during.evaluations, is, during.evaluations_missed, was, before.evaluations_missed);
  }
  std::string unseen(const Observation& /*before*/, const Observation& during,
                     std::string_view /*target*/) const override {
    if (during.evaluations <= 0) return "no rule group was evaluated";
    return format(
        "{:.0f} iterations of rule groups came {:.3f} s late on average; less than {:.1f} s is what they take",
        during.evaluations, during.evaluation_delay_s / during.evaluations, kNoise);
  }

 private:
  Duration delay_;
};

constexpr FieldSpec kFields[] = {
    {.name = "delay",
     .type = FieldType::duration,
     .required = true,
     .doc = "how much longer an iteration of a group takes",
     .min = 0.001},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<RuleEvalDelay>(fields.duration("delay"));
}

constexpr LogForm kLines[] = {
    {LogCause::iteration_missed, events::LogLevel::warn,
     "rule group was not done when its next iteration was due: iterations were missed"},
};

}  // namespace

FaultKind rule_eval_delay() {
  return {
      .name = "rule_eval_delay",
      .summary = "rule groups take longer to evaluate, and miss iterations",
      .doc =
          "Each iteration of each rule group (with a `probability`: that share of them) takes `delay` longer, as "
          "on a monitor that is short of processor or disk. What it finds is as of the time at which it was due, "
          "but alerts fire, and recording rules write, that much later. Where it takes longer than the interval, "
          "the next iteration begins late and at last one is missed, as Prometheus counts them in "
          "prometheus_rule_group_iterations_missed_total: holes in recorded series, `for` reached later. Scrapes "
          "and probes see nothing. Witness: iterations that ended late, were missed, or were not over when the next "
          "ones "
          "were due.",
      .fields = kFields,
      .per_request = false,
      .aims = Aim::monitor,
      .telemetry = true,
      .lines = kLines,
      .make = make,
  };
}

}  // namespace firedrill::fake_services::faults
