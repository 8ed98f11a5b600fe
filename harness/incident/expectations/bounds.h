// `at_least` and `at_most` of an expectation: checked the same for every kind, whatever they bound.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/fields.h"

namespace firedrill::incident {

// One of them must be there, and they must not exclude each other. `what` needs the bound: "restarts need a bound".
void check_bounds(const Fields& fields, std::string_view what, Diagnostics& diagnostics);

// Of counts: "at least 2 and at most 5"; and how one misses them, "2 too few", empty if it is within.
std::string count_bounds(const Fields& fields);
// Whether what stands behind these words is one.
bool counts_one(const Fields& fields);
std::string beyond_bounds(const Fields& fields, std::int64_t count);

}  // namespace firedrill::incident
