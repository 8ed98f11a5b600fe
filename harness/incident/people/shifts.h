// The pages of each person and shift.
#pragma once

#include <optional>
#include <vector>

#include "record/record.h"

namespace firedrill::incident {

// Those that were called, in order of their first page in the judged time. Nothing where nobody was on call. Night is
// from 22:00 to 07:00 by the clocks of the first schedule.
std::optional<std::vector<record::ShiftRecord>> shifts_of(const record::Record& record);

// Whether in this event a person does something about what is wrong. To silence an alert or to declare an incident is
// nothing of the kind, and faults are not people.
bool acts(const events::Event& event);

}  // namespace firedrill::incident
