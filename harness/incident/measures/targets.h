// How fast incident response is to be: the targets that hold for every run, beside what a scenario expects.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"
#include "record/severity.h"

namespace firedrill::incident {

struct DefaultTarget {
  Duration target{};    // less is wanted
  Duration alarming{};  // more is alarming
};

// Of a measure (measures.h) of an incident with this peak. Detection is to take less than 5 minutes; resolving has a
// target for P0 alone, 30 minutes, and is alarming at half as much again. Nothing of other measures.
std::optional<DefaultTarget> default_target(std::string_view measure, std::optional<record::SeverityLevel> peak);

}  // namespace firedrill::incident
