// What both sheets say, in words.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"

namespace firedrill::record {
struct Record;
}

namespace firedrill::reports::game_day {

// "10 m"; "0 s" at the start.
std::string since_start(const record::Record& record, Time t);
// The tiers of the first schedule, in the order in which they are paged; without an on-call file who is called first.
std::vector<std::string> called_roles(const record::Record& record);
// Whether somebody worked the incidents in the run.
std::string people_in_it(const record::Record& record);
std::string joined(const std::vector<std::string>& parts, std::string_view between);

}  // namespace firedrill::reports::game_day
