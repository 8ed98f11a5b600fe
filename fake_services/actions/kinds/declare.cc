// An incident is declared.
#include "fake_services/actions/action.h"

namespace firedrill::fake_services::actions {

ActionSpec declare() {
  return {
      .kind = events::ActionKind::declare,
      .name = "declare",
      .summary = "an incident is declared, which calls who belongs to it",
      .doc =
          "Somebody says that this is an incident, and of which severity: P0, P1, P2 or P3. Of P0 and P1 the last tier "
          "of the schedule is paged at once. Nothing that runs is any better for it.",
      .target = ActionTarget::severity,
      .live = true,
  };
}

}  // namespace firedrill::fake_services::actions
