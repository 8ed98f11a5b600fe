// Everything in a zone is gone.
#include "fake_services/faults/fault.h"
#include "fake_services/faults/unseen.h"

namespace firedrill::fake_services::faults {
namespace {

constexpr int kWriteFailed = 500;

class IoErrno final : public Fault {
 public:
  void apply_to_replica(ReplicaConditions& conditions, double strength) const override {
    conditions.disk_errors = 1 - (1 - conditions.disk_errors) * (1 - strength);
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    return code_rise(before, during, kWriteFailed, target);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    return code_unrisen(before, during, kWriteFailed, target);
  }
};

std::shared_ptr<const Fault> make(const Fields& /*fields*/) {
  return std::make_shared<IoErrno>();
}

constexpr LogForm kLines[] = {
    {LogCause::server_error, events::LogLevel::error,
     "{route} answered {code}: write {mountpoint}/current.log: input/output error"},
};

}  // namespace

FaultKind io_errno() {
  return {
      .name = "io_errno",
      .summary = "writes to the disk of the target fail",
      .doc =
          "The target's disk answers writes with an error (EIO): requests that write (all but GET and HEAD) fail with "
          "500 at once, all of them or with a `probability` that share; what reads goes on. The disk is as full as it "
          "was, and node_filesystem_avail_bytes tells nothing. Readiness fails as often where readiness_checks lists "
          "`disk`. Witness: the responses with 500 counted by callers.",
      .fields = {},
      .per_request = false,
      .aims = Aims(Aim::service) | Aim::zone,
      .writes_only = true,
      .lines = kLines,
      .make = make,
      .misfit = needs_disk,
  };
}

}  // namespace firedrill::fake_services::faults
