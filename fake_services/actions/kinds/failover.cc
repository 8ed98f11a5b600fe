// Another replica takes the writes.
#include "fake_services/actions/action.h"
#include "fake_services/actions/relief.h"

namespace firedrill::fake_services::actions {

ActionSpec failover() {
  return {
      .kind = events::ActionKind::failover,
      .name = "failover",
      .summary = "another replica takes the writes",
      .doc =
          "Half a minute after it was begun another replica has taken over. The simulated production does not tell the "
          "replica that takes writes from others: a failover removes the cause of those faults that name it in "
          "`cured_by`, and does nothing else. It helped when fewer requests to the service fail, or they are answered "
          "sooner.",
      .takes = std::chrono::seconds(30),
      .symptom = relief,
      .unseen = no_relief,
  };
}

}  // namespace firedrill::fake_services::actions
