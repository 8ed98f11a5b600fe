// Who takes turns, and when: each handoff is a day and a time of day in a zone, made an instant by itself, so that a
// clock change leaves neither an hour without anybody nor one with two.
#pragma once

#include <cstdint>

#include "oncall/schedule/civil.h"

namespace firedrill::oncall {

struct Rotation {
  Zone zone = Zone::utc();
  int days_per_turn = 7;
  Date first{};            // the day on which turn 0 begins
  int handoff_minute = 0;  // of the day

  // Where the clocks jump over a whole day (Apia, 30 December 2011) two turns begin at one instant: the first of them
  // has no length.
  Time start_of(std::int64_t turn) const;
  // The turn in which the instant lies: start_of(turn) <= instant < start_of(turn + 1). Before the first it is
  // negative.
  std::int64_t turn_at(Time instant) const;
};

}  // namespace firedrill::oncall
