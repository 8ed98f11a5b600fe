// Another number of replicas.
#include "base/text/format.h"
#include "fake_services/actions/action.h"
#include "fake_services/actions/relief.h"

namespace firedrill::fake_services::actions {
namespace {

constexpr FieldSpec kFields[] = {
    {.name = "replicas",
     .type = FieldType::integer,
     .required = true,
     .doc = "how many pods there are to be",
     .min = 1,
     .max = static_cast<double>(kMostReplicas)},
};

std::expected<void, std::string> pull(Levers& levers, const std::string& target, const Fields& arguments) {
  return levers.scale(target, arguments.integer("replicas"));
}

// Fewer pods are a success when they are gone; more of them when that has helped.
std::optional<std::string> symptom(const Observation& before, const Observation& after, std::string_view target) {
  if (after.replicas < before.replicas) {
    return format("{} has {:.0f} pods (before: {:.0f})", target, after.replicas, before.replicas);
  }
  if (auto better = relief(before, after, target)) return better;
  return after.endpoints > before.endpoints ? unburdened(before, after, target) : std::nullopt;
}

std::string unseen(const Observation& before, const Observation& after, std::string_view target) {
  return format("{:.0f} of {:.0f} pods are ready (before: {:.0f}); {}", after.endpoints, after.replicas,
                before.endpoints, no_relief(before, after, target));
}

}  // namespace

ActionSpec scale() {
  return {
      .kind = events::ActionKind::scale,
      .name = "scale",
      .summary = "another number of replicas",
      .doc =
          "The service is to have so many pods (kubectl scale). New ones take their time to start, and connections to "
          "what they call; those that are no longer wanted drain. More of them help where requests wait for a worker, "
          "and not where they wait for a dependency, which gets more to do. The simulated production keeps at least "
          "one pod. It helped when fewer requests to the service fail, when they are "
          "answered "
          "sooner, or when there are more ready pods and much less waits; fewer pods, when they are gone.",
      .fields = kFields,
      .live = true,
      .pull = pull,
      .symptom = symptom,
      .unseen = unseen,
  };
}

}  // namespace firedrill::fake_services::actions
