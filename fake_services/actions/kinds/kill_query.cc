// A query that holds up others is ended.
#include "fake_services/actions/action.h"
#include "fake_services/actions/relief.h"

namespace firedrill::fake_services::actions {
namespace {

constexpr std::string_view kCures[] = {"pool_exhaustion"};

// Whom an exhausted pool held up had not come so far as to be answered at all.
std::optional<std::string> symptom(const Observation& before, const Observation& after, std::string_view target) {
  auto better = relief(before, after, target);
  return better ? better : unburdened(before, after, target);
}

}  // namespace

ActionSpec kill_query() {
  return {
      .kind = events::ActionKind::kill_query,
      .name = "kill_query",
      .summary = "a query that holds up others is ended",
      .doc =
          "Queries that hold connections to the service, or locks in it, are ended: pools of its callers that they had "
          "exhausted have their connections again, and what names this action in `cured_by` is over (a slow database "
          "may "
          "have many causes). It helped when fewer requests to the service fail, when they are "
          "answered sooner, or when more are answered well than before.",
      .cures = kCures,
      .cures_connections = true,
      .shows_within = std::chrono::minutes(5),
      .symptom = symptom,
      .unseen = no_relief,
  };
}

}  // namespace firedrill::fake_services::actions
