// The pages of a shift: how often somebody was called, at night, and for nothing.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"

namespace firedrill::record {

// Of one person in one tier, from one handoff to the next.
struct ShiftRecord {
  std::string tier;
  std::string person;
  std::optional<Time> from;  // absent: before the run
  int pages = 0;
  int at_night = 0;
  int of_no_incident = 0;  // with alerts that belong to none
  int not_acted_on = 0;    // while they lasted nobody did anything
  int acknowledged = 0;
  bool operator==(const ShiftRecord&) const = default;
};

}  // namespace firedrill::record
