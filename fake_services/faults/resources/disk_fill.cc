// The disk of the target fills up.
#include <algorithm>

#include "base/text/format.h"
#include "fake_services/faults/fault.h"

namespace firedrill::fake_services::faults {
namespace {

class DiskFill final : public Fault {
 public:
  explicit DiskFill(double level) : level_(level) {}

  void apply_to_replica(ReplicaConditions& conditions, double strength) const override {
    conditions.disk_level = std::max(conditions.disk_level, level_ * strength);
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    constexpr double kLeastRise = 0.01;  // of the disk
    if (during.disk_bytes <= 0 || before.disk_bytes <= 0) return std::nullopt;
    if (during.disk_used - used_before(before, during) < kLeastRise * during.disk_bytes) return std::nullopt;
    return format("{:.1f} % of the disk of {} are in use (before: {:.1f} %)",
                  100 * during.disk_used / during.disk_bytes, target,
                  100 * used_before(before, during) / during.disk_bytes);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    if (during.disk_bytes <= 0 && before.disk_bytes <= 0) return format("{} has no disk", target);
    if (during.disk_bytes <= 0) return format("no process of {} was there whose disk could fill", target);
    if (before.disk_bytes <= 0) return format("no process of {} was there before, to tell what its disk had", target);
    return format("{:.1f} % of the disk of {} are in use, and {:.1f} % were before",
                  100 * during.disk_used / during.disk_bytes, target,
                  100 * used_before(before, during) / during.disk_bytes);
  }

 private:
  // Of disks of which there are as many now.
  static double used_before(const Observation& before, const Observation& during) {
    return before.disk_used * (during.disk_bytes / before.disk_bytes);
  }

  double level_;
};

constexpr FieldSpec kFields[] = {
    {.name = "percent",
     .type = FieldType::ratio,
     .doc = "share of the disk that is in use in the end; 100%: nothing can be written any more",
     .default_text = "100%",
     .min = 0.01,
     .max = 1},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<DiskFill>(fields.number("percent", 1));
}

constexpr LogForm kLines[] = {
    {LogCause::server_error, events::LogLevel::error,
     "{route} answered {code}: write {mountpoint}/current.log: no space left on device"},
};

}  // namespace

FaultKind disk_fill() {
  return {
      .name = "disk_fill",
      .summary = "the disk of the target fills up",
      .doc =
          "Something fills the target's disk, over `ramp`, up to `percent`: node_filesystem_avail_bytes falls, and "
          "predict_linear sees the end before it comes. On a full disk requests that write fail with 500 (all but GET "
          "and HEAD, unless the disk's `writes` says otherwise); what reads goes on. Readiness fails where "
          "readiness_checks lists `disk`. Witness: the share of the disk in use.",
      .fields = kFields,
      .per_request = false,
      .aims = Aims(Aim::service) | Aim::zone,
      .lines = kLines,
      .make = make,
      .misfit = needs_disk,
  };
}

}  // namespace firedrill::fake_services::faults
