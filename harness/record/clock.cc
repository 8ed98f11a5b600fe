#include "record/clock.h"

#include <algorithm>

#include "record/record.h"

namespace firedrill::record {

std::string clock_of(const Record& record, Time t) {
  // The warm-up belongs to it: alerts of it stand in reports.
  const bool several_days = record.judged_to - std::min(record.started, record.judged_from) > 24h;
  return several_days ? format_instant(t).substr(5, 5) + " " + format_clock(t) : format_clock(t);
}

std::string clock_of(const Record& record, const std::optional<Time>& t) {
  return t ? clock_of(record, *t) : "–";
}

}  // namespace firedrill::record
