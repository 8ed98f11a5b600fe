// Hours of the week: when a layer of a schedule holds that does not hold always.
#pragma once

#include <bitset>
#include <span>
#include <vector>

#include "oncall/schedule/civil.h"

namespace firedrill::oncall {

// On these days of each week from a time of day to one on a day that follows, which does not belong to it. Both ends
// are civil times and become instants by themselves.
struct Window {
  std::bitset<7> weekdays{};  // on which it begins; 0 is Sunday
  int begin_minute = 0;
  int days = 0;  // from the day on which it begins to that on which it ends, 0 to 7
  int end_minute = 0;
  bool operator==(const Window&) const = default;
};

// Whether the instant lies in any of them, and the nearest instants at which one begins or ends: the last one not after
// it and the first one after it.
struct WindowsAt {
  bool inside = false;
  Time since{};
  Time until{};
};
// Of at least one window.
WindowsAt windows_at(std::span<const Window> windows, const Zone& zone, Time instant);

// When each of them holds that has a part in [from, to), in no order.
struct Stretch {
  Time from{};
  Time to{};
};
std::vector<Stretch> stretches_of(std::span<const Window> windows, const Zone& zone, Time from, Time to);

}  // namespace firedrill::oncall
