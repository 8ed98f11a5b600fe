// Most of the target's workers are stuck.
#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/unseen.h"

namespace firedrill::fake_services::faults {
namespace {

class ThreadExhaustion final : public Fault {
 public:
  explicit ThreadExhaustion(double left) : left_(left) {}

  void apply_to_replica(ReplicaConditions& conditions, double strength) const override {
    conditions.concurrency_factor *= 1 - (1 - left_) * strength;
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    if (stands_out(during.count(503), during.replies, before.count(503), before.replies)) {
      return format("{:.0f} of {:.0f} requests to {} found no room (before: {:.0f} of {:.0f})", during.count(503),
                    during.replies, target, before.count(503), before.replies);
    }
    if (!more_wait(before, during) || !latency_rose(before, during)) return std::nullopt;
    return format("{:.1f} requests wait for a worker of {} (before: {:.1f}), and take {:.1f} ms (before: {:.1f} ms)",
                  during.queued, target, before.queued, during.mean_latency_s() * 1000, before.mean_latency_s() * 1000);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    if (more_wait(before, during) || during.latency_count < kLeastRequests) {
      return latency_unrisen(before, during, target);
    }
    return format(
        "{:.2f} requests waited for a worker of {} (before: {:.2f}), where more than {:.2f} would count; {:.0f} of "
        "{:.0f} "
        "found no room (before: {:.0f} of {:.0f})",
        during.queued, target, before.queued, before.queued + kMore, during.count(503), during.replies,
        before.count(503), before.replies);
  }

 private:
  static constexpr double kMore = 1;  // that wait, on average
  static bool more_wait(const Observation& before, const Observation& during) {
    return during.queued > before.queued + kMore;
  }

  double left_;
};

constexpr FieldSpec kFields[] = {
    {.name = "left",
     .type = FieldType::ratio,
     .doc = "share of the workers that still work; one of them always does",
     .default_text = "10%",
     .min = 0,
     .max = 1},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<ThreadExhaustion>(fields.number("left", 0.1));
}

constexpr LogForm kLines[] = {
    {LogCause::slow, events::LogLevel::warn, "{route} took {took}: it waited for a free worker thread"},
    {LogCause::server_error, events::LogLevel::error, "{route} answered {code}: no worker thread came free"},
};

}  // namespace

FaultKind thread_exhaustion() {
  return {
      .name = "thread_exhaustion",
      .summary = "most of the target's workers are stuck",
      .doc =
          "Only a share of the target's workers takes requests, the others are stuck for good. At low load nothing "
          "shows. "
          "Where the rest does not suffice, requests wait (http_requests_queued), latency rises at an idle processor, "
          "and "
          "a full queue answers 503. Probes wait in the same queue: they time out or find it full. Witness: requests "
          "without room, or waiting ones that take longer.",
      .fields = kFields,
      .per_request = false,
      .aims = Aims(Aim::service) | Aim::zone,
      .lines = kLines,
      .make = make,
  };
}

}  // namespace firedrill::fake_services::faults
