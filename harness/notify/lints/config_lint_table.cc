#include <array>

#include "notify/lints/config_lints.h"

// Every lint of configurations, a row each, in the order in which lists and documentation have them. A row names the
// function that rules/<name>.cc defines, which no header declares.
#define FIREDRILL_CONFIG_LINTS(LINT) \
  LINT(dead_inhibition)              \
  LINT(empty_interval)               \
  LINT(falls_to_root)                \
  LINT(idle_receiver)                \
  LINT(lost_resolution)              \
  LINT(repeat_interval)              \
  LINT(short_retention)              \
  LINT(unreachable_route)            \
  LINT(urgent_in_group)

namespace firedrill::notify {

namespace lints {
#define FIREDRILL_DECLARE(lint) ConfigLint lint();
FIREDRILL_CONFIG_LINTS(FIREDRILL_DECLARE)
#undef FIREDRILL_DECLARE
}  // namespace lints

std::span<const ConfigLint> config_lints() {
#define FIREDRILL_ROW(lint) lints::lint(),
  static const std::array kLints{FIREDRILL_CONFIG_LINTS(FIREDRILL_ROW)};
#undef FIREDRILL_ROW
  return kLints;
}

}  // namespace firedrill::notify
