// Writes to the disk take long.
#include "fake_services/faults/fault.h"
#include "fake_services/faults/unseen.h"

namespace firedrill::fake_services::faults {
namespace {

class IoLatency final : public Fault {
 public:
  explicit IoLatency(double mean) : mean_(mean) {}

  // Times of a disk that is busy are taken for exponential.
  void apply_to_replica(ReplicaConditions& conditions, double strength) const override {
    conditions.disk_delay.add(strength, mean_, mean_ * mean_);
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    return latency_rise(before, during, target);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    return latency_unrisen(before, during, target);
  }

 private:
  double mean_;
};

constexpr FieldSpec kFields[] = {
    {.name = "mean",
     .type = FieldType::duration,
     .required = true,
     .doc = "mean time that a write takes longer",
     .min = 0.001,
     .max = 3600},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<IoLatency>(to_seconds(fields.duration("mean")));
}

constexpr LogForm kLines[] = {
    {LogCause::slow, events::LogLevel::warn, "{route} took {took}, most of it in fsync of {mountpoint}"},
};

}  // namespace

FaultKind io_latency() {
  return {
      .name = "io_latency",
      .summary = "writes to the disk of the target take long",
      .doc =
          "The target's disk is slow: requests that write (all but GET and HEAD) take longer by a time with the given "
          "mean, "
          "and keep their workers and their callers' connections meanwhile; what reads is quick as long as there are "
          "workers. Latency of the writing routes and requests in flight rise. Readiness passes while probes find a "
          "worker. "
          "Witness: the mean time that callers waited.",
      .fields = kFields,
      .per_request = false,
      .aims = Aims(Aim::service) | Aim::zone,
      .writes_only = true,
      .lines = kLines,
      .make = make,
      .misfit = needs_disk,
  };
}

}  // namespace firedrill::fake_services::faults
