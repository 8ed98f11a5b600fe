// How far an incident stayed from a severity, in words.
#pragma once

#include <string>

#include "record/record.h"

namespace firedrill::incident {

// Of the level's thresholds the one that came nearest to being crossed while the incident was open (or until then), and
// how near: "the error rate came to 41 % at 23 m (14:23:00), needed > 50 %". A level without thresholds (P3) is reached
// by opening.
std::string nearest_threshold(const record::Record& record, const record::IncidentRecord& incident,
                              record::SeverityLevel level, Time until = Time::max());

}  // namespace firedrill::incident
