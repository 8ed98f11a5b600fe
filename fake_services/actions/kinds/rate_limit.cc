// No more than so many requests get through.
#include "fake_services/actions/action.h"
#include "fake_services/actions/relief.h"

namespace firedrill::fake_services::actions {
namespace {

constexpr FieldSpec kFields[] = {
    {.name = "rps",
     .type = FieldType::number,
     .required = true,
     .doc = "requests per second that get through to all its replicas together; 0 lifts the limit",
     .min = 0,
     .max = 1e9},
    {.name = "probes",
     .type = FieldType::boolean,
     .doc = "whether the probes of kubelets are turned away as well",
     .default_text = "false"},
};

std::expected<void, std::string> pull(Levers& levers, const std::string& target, const Fields& arguments) {
  return levers.limit(target, arguments.number("rps"), arguments.boolean("probes"));
}

}  // namespace

ActionSpec rate_limit() {
  return {
      .kind = events::ActionKind::rate_limit,
      .name = "rate_limit",
      .summary = "no more than so many requests get through",
      .doc =
          "A token bucket before the service lets `rps` requests per second through, over all its replicas, and "
          "answers "
          "429 to all others without any work. `rps=0` lifts it; a limit that rises in steps lets a crowd back in. "
          "The kubelet's probes go past it; with `probes: true` they are requests as all others, and their share of "
          "them is turned away, so that healthy pods fall out. It helped when more requests than before are answered "
          "well, or less than half as many are under way.",
      .fields = kFields,
      .shows_within = std::chrono::minutes(5),
      .pull = pull,
      .symptom = unburdened,
      .unseen = still_burdened,
  };
}

}  // namespace firedrill::fake_services::actions
