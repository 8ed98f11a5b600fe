// An alert notifies nobody for a time.
#include "fake_services/actions/action.h"

namespace firedrill::fake_services::actions {
namespace {

constexpr FieldSpec kFields[] = {
    {.name = "for",
     .type = FieldType::duration,
     .doc = "how long the silence lasts",
     .default_text = "2h",
     .min = 60,
     .max = 30.0 * 86400},
};

std::expected<void, std::string> pull(Levers& levers, const std::string& target, const Fields& arguments) {
  return levers.silence(target, arguments.duration("for", std::chrono::hours(2)));
}

}  // namespace

ActionSpec silence() {
  return {
      .kind = events::ActionKind::silence,
      .name = "silence",
      .summary = "an alert notifies nobody for a time",
      .doc =
          "A silence of all alerts of that name, for as long as `for` says (two hours, if nothing is said). Nothing "
          "that "
          "runs is any better for it.",
      .target = ActionTarget::alert,
      .fields = kFields,
      .live = true,
      .pull = pull,
  };
}

}  // namespace firedrill::fake_services::actions
