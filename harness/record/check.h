// What must hold of a record's times before anything is computed with them: a record may have been written by anybody.
#pragma once

#include <string>
#include <vector>

#include "record/record.h"

namespace firedrill::record {

// What is wrong, each with its path: "monitoring.scrape_interval_seconds: expected more than 0". Empty if all is well.
std::vector<std::string> check_times(const Record& record);

}  // namespace firedrill::record
