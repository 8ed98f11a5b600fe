// A share of the requests is turned away.
#include "fake_services/actions/action.h"
#include "fake_services/actions/relief.h"

namespace firedrill::fake_services::actions {
namespace {

constexpr FieldSpec kFields[] = {
    {.name = "share",
     .type = FieldType::ratio,
     .required = true,
     .doc = "share of the requests that is turned away",
     .min = 0,
     .max = 1},
    {.name = "probes",
     .type = FieldType::boolean,
     .doc = "whether the probes of kubelets are turned away as well",
     .default_text = "false"},
};

std::expected<void, std::string> pull(Levers& levers, const std::string& target, const Fields& arguments) {
  return levers.shed(target, arguments.number("share"), arguments.boolean("probes"));
}

}  // namespace

ActionSpec shed_load() {
  return {
      .kind = events::ActionKind::shed_load,
      .name = "shed_load",
      .summary = "a share of the requests is turned away",
      .doc =
          "From here on this share of the service's requests is answered 503 without any work, so that there is room "
          "for "
          "the others; callers that retry come again. `share=0%` takes all of them again. What is turned away counts "
          "as failed. The kubelet's probes are answered; with `probes: true` the same share of them is turned away. It "
          "helped when more requests than before are answered well, or less than half as many are under "
          "way.",
      .fields = kFields,
      .shows_within = std::chrono::minutes(5),
      .pull = pull,
      .symptom = unburdened,
      .unseen = still_burdened,
  };
}

}  // namespace firedrill::fake_services::actions
