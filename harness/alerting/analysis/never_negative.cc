#include "alerting/analysis/never_negative.h"

#include <algorithm>
#include <array>

namespace firedrill::alerting {

bool never_negative(const promql::VectorSelector& selector) {
  constexpr std::array<std::string_view, 3> kCounters = {"_bucket", "_count", "_total"};
  const std::string_view name = selector.name;
  if (name == "up" || name == "ALERTS") return true;
  // The name of a recorded series tells what it was made of, and not what was done with it.
  if (name.contains(':')) return false;
  return std::ranges::any_of(kCounters, [&](std::string_view suffix) { return name.ends_with(suffix); });
}

}  // namespace firedrill::alerting
