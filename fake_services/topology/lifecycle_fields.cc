// The fields of a pod's preStop hook and of its tolerations, as Kubernetes spells them, and what they decode to.
#include <string_view>

#include "fake_services/topology/topology_fields.h"

namespace firedrill::fake_services {
namespace {

using enum FieldType;

constexpr double kMaxSeconds = 1e6;

constexpr FieldSpec kSleep[] = {
    {.name = "seconds",
     .type = integer,
     .required = true,
     .doc = "that pass before SIGTERM; no more than terminationGracePeriodSeconds",
     .min = 0,
     .max = kMaxSeconds},
};

constexpr std::string_view kOperators[] = {"Equal", "Exists"};
constexpr std::string_view kEffects[] = {"NoSchedule", "PreferNoSchedule", "NoExecute"};
constexpr FieldSpec kToleration[] = {
    {.name = "key", .type = text, .doc = "of the taint; absent, with the operator Exists: any"},
    {.name = "operator",
     .type = text,
     .doc = "Equal: the taint's value must be `value`; Exists: it may be any",
     .default_text = "Equal",
     .choices = kOperators},
    {.name = "value", .type = text, .doc = "of the taint"},
    {.name = "effect", .type = text, .doc = "of the taint; absent: any", .choices = kEffects},
    {.name = "tolerationSeconds",
     .type = integer,
     .doc = "for which a pod stays where the effect is NoExecute; absent: for ever",
     .min = -1e9,
     .max = 1e9},
};

}  // namespace

std::span<const FieldSpec> sleep_fields() {
  return kSleep;
}
std::span<const FieldSpec> toleration_fields() {
  return kToleration;
}

TolerationSpec make_toleration(const Fields& fields) {
  TolerationSpec t;
  t.key = fields.text("key");
  t.exists = fields.text("operator", "Equal") == "Exists";
  t.value = fields.text("value");
  t.effect = fields.text("effect");
  if (fields.has("tolerationSeconds")) t.seconds = fields.integer("tolerationSeconds");
  return t;
}

}  // namespace firedrill::fake_services
