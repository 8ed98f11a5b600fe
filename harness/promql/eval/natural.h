// The natural order of texts: runs of digits compare as numbers, the rest as text ("node2" before "node10").
#pragma once

#include <string_view>

namespace firedrill::promql {

bool natural_less(std::string_view a, std::string_view b);

}  // namespace firedrill::promql
