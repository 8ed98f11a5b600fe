// A configuration is put right.
#include "fake_services/actions/action.h"
#include "fake_services/actions/relief.h"

namespace firedrill::fake_services::actions {
namespace {

constexpr std::string_view kCures[] = {"config_push", "rate_limit", "dns"};
constexpr FieldSpec kFields[] = {
    {.name = "to", .type = FieldType::text, .doc = "which configuration, for people: last-good"},
};

}  // namespace

ActionSpec fix_config() {
  return {
      .kind = events::ActionKind::fix_config,
      .name = "fix_config",
      .summary = "a configuration is put right",
      .doc =
          "All replicas read a good configuration from here on: what a bad one did is over at once, but for containers "
          "that wait in their back-off before they are started again. It helped when fewer requests to the service "
          "fail, "
          "or they are answered sooner.",
      .fields = kFields,
      .cures = kCures,
      .cures_connections = true,
      .symptom = relief,
      .unseen = no_relief,
  };
}

}  // namespace firedrill::fake_services::actions
