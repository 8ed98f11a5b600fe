// Instants of a run as people read them.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"

namespace firedrill::record {

struct Record;

// "13:45:00"; in a run of more than a day, where that alone would tell of several instants, "03-05 13:45:00". UTC.
std::string clock_of(const Record& record, Time t);
// The same; "–" of what did not happen.
std::string clock_of(const Record& record, const std::optional<Time>& t);

}  // namespace firedrill::record
