// std::ranges::contains, which the older of our two standard libraries does not have.
#pragma once

#include <algorithm>
#include <ranges>

namespace firedrill {

template <std::ranges::input_range Range, typename Value>
bool contains(const Range& range, const Value& value) {
  return std::ranges::find(range, value) != std::ranges::end(range);
}

}  // namespace firedrill
