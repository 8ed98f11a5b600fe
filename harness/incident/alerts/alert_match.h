// Which alerts an expectation speaks of, and when an alert counts as having fired.
#pragma once

#include <string_view>

#include "record/record.h"

namespace firedrill::incident {

// The alert has this name, and all the labels (and the severity) that the expectation gives.
bool matches(const record::Expectation& expectation, const record::AlertRecord& alert);
// It stands in the `except` list of a declared no_other_alerts, or is the one that a dead man's switch waits for.
bool excepted(const record::Record& record, const record::AlertRecord& alert);
// It was firing at some time in [from, to].
bool fires_in(const record::AlertRecord& alert, Time from, Time to);
// SLOFastBurn {severity="critical"}: for people.
std::string describe(const record::AlertRecord& alert);

}  // namespace firedrill::incident
