#include <array>

#include "driver/components/component.h"

// Every component, a row each: a row names the function that components/<name>.cc defines, which no header declares.
// What is posted at a time is dealt with at that time: who receives it stands behind the monitors, and who is called
// for it behind them all.
#define FIREDRILL_COMPONENTS(KIND) \
  KIND(phases)                     \
  KIND(world)                      \
  KIND(replica_union)              \
  KIND(monitor)                    \
  KIND(prometheus)                 \
  KIND(replica)                    \
  KIND(received_alerts)            \
  KIND(alertmanager)               \
  KIND(real_alertmanager)          \
  KIND(beside)                     \
  KIND(on_call)

namespace firedrill::driver {

namespace components {
#define FIREDRILL_DECLARE(kind) ComponentKind kind();
FIREDRILL_COMPONENTS(FIREDRILL_DECLARE)
#undef FIREDRILL_DECLARE
}  // namespace components

std::span<const ComponentKind> component_kinds() {
#define FIREDRILL_ROW(kind) components::kind(),
  static const std::array kKinds{FIREDRILL_COMPONENTS(FIREDRILL_ROW)};
#undef FIREDRILL_ROW
  return kKinds;
}

}  // namespace firedrill::driver
