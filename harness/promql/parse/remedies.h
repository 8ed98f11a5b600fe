// What to do about a syntax error that says only what is wrong.
#pragma once

#include <string>
#include <string_view>

namespace firedrill::promql {

// For an error in Prometheus's words; never empty.
std::string remedy_for(std::string_view error);

}  // namespace firedrill::promql
