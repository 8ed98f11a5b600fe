// The fields of a Deployment's strategy, and what they decode to.
#include <string_view>

#include "fake_services/topology/topology_fields.h"

namespace firedrill::fake_services {
namespace {

using enum FieldType;

constexpr std::string_view kTypes[] = {"RollingUpdate", "Recreate"};
constexpr FieldSpec kStrategy[] = {
    {.name = "type",
     .type = text,
     .doc = "RollingUpdate: new pods beside the old ones; Recreate: when the old ones are gone",
     .default_text = "RollingUpdate",
     .choices = kTypes},
};
constexpr FieldSpec kRollingUpdate[] = {
    {.name = "maxSurge",
     .type = text,
     .doc = "pods that there may be beyond `replicas`: a number, or a share that is rounded up",
     .default_text = "25%"},
    {.name = "maxUnavailable",
     .type = text,
     .doc = "of `replicas`, pods that may be missing: a number, or a share that is rounded down",
     .default_text = "25%"},
};

}  // namespace

std::span<const FieldSpec> strategy_fields() {
  return kStrategy;
}
std::span<const FieldSpec> rolling_update_fields() {
  return kRollingUpdate;
}

StrategySpec make_strategy(const Fields& fields) {
  StrategySpec s;
  s.recreate = fields.text("type", "RollingUpdate") == "Recreate";
  return s;
}

void take_rolling_update(const Fields& fields, StrategySpec& strategy) {
  strategy.rolling_update = true;
  constexpr CountOrShare kNeither{-1, false};
  strategy.max_surge = parse_count_or_share(fields.text("maxSurge", "25%")).value_or(kNeither);
  strategy.max_unavailable = parse_count_or_share(fields.text("maxUnavailable", "25%")).value_or(kNeither);
}

}  // namespace firedrill::fake_services
