// The version before takes the place of the one that runs.
#include "fake_services/actions/action.h"
#include "fake_services/actions/relief.h"

namespace firedrill::fake_services::actions {
namespace {

constexpr std::string_view kCures[] = {"bad_deploy", "crash_loop", "startup_failure", "slow_start", "memory_leak"};

constexpr FieldSpec kFields[] = {
    {.name = "to_revision",
     .type = FieldType::integer,
     .doc = "the revision that is gone back to, as `kubectl rollout history` has it; 0: the one before",
     .default_text = "0",
     .min = 0,
     .max = 1e9},
};

std::expected<void, std::string> pull(Levers& levers, const std::string& target, const Fields& arguments) {
  return levers.roll_back(target, arguments.integer("to_revision", 0));
}

}  // namespace

ActionSpec rollback() {
  return {
      .kind = events::ActionKind::rollback,
      .name = "rollback",
      .summary = "the version before takes the place of the one that runs",
      .doc =
          "The deployment goes back to the revision before, or to the one that is named, and to the ReplicaSet of "
          "that, "
          "which is the newest then (kubectl rollout undo): pods are replaced as in any "
          "rollout, and each takes its time to start. The topology's version is revision 2 as the run begins, and 1 is "
          "what ran before it; each version that is rolled out and each restart is another. After a restart the "
          "revision "
          "before is the same version, and going back to it helps nothing: the one without it has to be named. "
          "What came with the version is over with it, and nothing else: a rollback puts no "
          "configuration right that is read from elsewhere, and where retries have piled up they go on until load is "
          "shed. It helped when fewer requests to the service fail, when they are answered sooner, or when its "
          "processes hold "
          "a fifth less memory than before.",
      .fields = kFields,
      .cures = kCures,
      .removal = Removal::with_version,
      .live = true,
      .pull = pull,
      .symptom = relief_by_new_processes,
      .unseen = no_relief_by_new_processes,
  };
}

}  // namespace firedrill::fake_services::actions
