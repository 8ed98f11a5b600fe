// What is known of an expectation of a run that came to no end, or was not seen to it.
#pragma once

#include <string>

#include "record/record.h"

namespace firedrill::incident {

// "Prometheus was last seen at 12 s (13:30:12): Prometheus does not answer: …"; the run must have `unseen`.
std::string unseen_from(const record::Record& record);
// Whether that was Prometheus, so that alerts were not seen either.
bool alerts_unseen(const record::Record& record);

// What had not come before the run was cut short may have been on its way; what was not seen may have come. Such an
// outcome is neither met nor failed.
void leave_open(const record::Record& record, const record::Expectation& expectation, record::Outcome& outcome);

}  // namespace firedrill::incident
