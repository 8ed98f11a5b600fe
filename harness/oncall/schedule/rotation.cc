#include "oncall/schedule/rotation.h"

namespace firedrill::oncall {

Time Rotation::start_of(std::int64_t turn) const {
  return instant_of(zone, first + std::chrono::days{turn * days_per_turn}, handoff_minute);
}

std::int64_t Rotation::turn_at(Time instant) const {
  const std::int64_t days = (date_at(zone, instant) - first).count();
  std::int64_t turn = days / days_per_turn - (days % days_per_turn < 0 ? 1 : 0);
  while (start_of(turn) > instant) --turn;
  while (start_of(turn + 1) <= instant) ++turn;
  return turn;
}

}  // namespace firedrill::oncall
