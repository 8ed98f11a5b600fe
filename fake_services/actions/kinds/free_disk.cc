// Files are removed from a disk that is full.
#include "base/text/format.h"
#include "fake_services/actions/action.h"

namespace firedrill::fake_services::actions {
namespace {

constexpr std::string_view kCures[] = {"disk_fill"};
// Of what was in use.
constexpr double kFreed = 0.95;

std::optional<Misfit> misfit(const ServiceSpec& service, const Fields& /*arguments*/) {
  if (service.disk) return std::nullopt;
  return Misfit{"it has no disk", "name a service with one (`disk:` in the topology)"};
}

std::string in_use(const Observation& before, const Observation& after, std::string_view target) {
  constexpr double kGiB = 1024.0 * 1024 * 1024;
  return format("{:.1f} of {:.1f} GiB on the disks of {} are in use (before: {:.1f})", after.disk_used / kGiB,
                after.disk_bytes / kGiB, target, before.disk_used / kGiB);
}

std::optional<std::string> symptom(const Observation& before, const Observation& after, std::string_view target) {
  if (after.disk_used >= kFreed * before.disk_used) return std::nullopt;
  return in_use(before, after, target);
}

}  // namespace

ActionSpec free_disk() {
  return {
      .kind = events::ActionKind::free_disk,
      .name = "free_disk",
      .summary = "files are removed from a disk that is full",
      .doc =
          "What filled the service's disks is removed and does not come again; what they hold when all is well stays. "
          "It "
          "helped when at least a twentieth less is in use.",
      .cures = kCures,
      .shows_within = std::chrono::minutes(5),
      .misfit = misfit,
      .symptom = symptom,
      .unseen = in_use,
  };
}

}  // namespace firedrill::fake_services::actions
