// What was to be seen in a run, in few rows: the first and the last of each kind of thing, and not each replica's.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"

namespace firedrill::record {
struct Record;
}

namespace firedrill::reports::game_day {

struct Seen {
  Time t{};
  std::string where;  // whoever looks there sees it: "traffic", "alerts", "pager", "pods", "severity"
  std::string what;
};

// In order of time; at most `kMostSeen`, the first ones.
inline constexpr std::size_t kMostSeen = 120;
std::vector<Seen> seen_in(const record::Record& record);

}  // namespace firedrill::reports::game_day
