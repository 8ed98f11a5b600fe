#include "incident/crossings.h"

#include <algorithm>

#include "incident/severity.h"
#include "incident/truth.h"

namespace firedrill::incident {
namespace {

constexpr std::size_t kWindow = static_cast<std::size_t>(kSeverityWindow / 1min);

bool crossed(const Record& record, const SeverityInputs& inputs) {
  return determine_severity(inputs, record.declared.severity) != SeverityLevel::p3;
}

bool crossed_by(const Record& record, std::size_t minute) {
  return crossed(record, severity_inputs(record, minute));
}

// By less than five minutes. The users of a minute are those of five, and have no say in it.
bool crossed_within(const Record& record, MinuteRange minutes) {
  SeverityInputs inputs = severity_inputs(record, minutes);
  inputs.affected = 0;
  return crossed(record, inputs);
}

bool crossed_since(const Record& record, std::size_t first, std::size_t minute) {
  if (!crossed_by(record, minute)) return false;
  return minute + 1 >= first + kWindow || crossed_within(record, {first, minute});
}

// The first minute after `broken` up to which, for the hold window, no threshold is crossed, looking back five minutes
// each time; the number of minutes if there is none.
std::size_t first_calm(const Record& record, std::size_t broken) {
  const auto hold = static_cast<std::size_t>(std::max<std::int64_t>(1, record.declared.hold / 1min));
  const std::size_t wanted = hold > kWindow ? hold - kWindow + 1 : 1;
  const std::size_t count = minute_count(record);
  std::size_t calm = 0;
  for (std::size_t minute = broken + 1; minute < count; ++minute) {
    calm = crossed_by(record, minute) ? 0 : calm + 1;
    if (calm == wanted) return minute + 1 - wanted;
  }
  return count;
}

}  // namespace

bool crossed_before(const Record& record, Time t) {
  if (minute_count(record) == 0) return false;
  const std::size_t minute = minute_at(record, t);
  return minute > 0 && crossed_by(record, minute - 1) && crossed_within(record, {minute - 1, minute - 1});
}

std::vector<Crossing> crossings(const Record& record, Time since, Time until, bool there) {
  std::vector<Crossing> found;
  const std::size_t count = minute_count(record);
  if (count == 0) return found;
  const std::size_t first = minute_at(record, since);
  for (std::size_t minute = first; minute < count && minute_start(record, minute) <= until; ++minute) {
    const bool is = crossed_since(record, first, minute);
    if (!is || there) {
      there = is;
      continue;
    }
    Crossing crossing{{std::max(breach_start(record, minute), since), std::nullopt},
                      explain_severity(severity_inputs(record, minute), record.declared.severity)};
    const std::size_t calm = first_calm(record, minute);
    if (calm < count) {
      // The five minutes as a whole may be calm before the first of them is.
      std::size_t back = std::max(minute, calm - std::min(calm, kWindow)) + 1;
      while (back < calm && crossed_within(record, {back, back})) ++back;
      crossing.breach.to = minute_start(record, back);
    }
    found.push_back(std::move(crossing));
    minute = calm;
  }
  return found;
}

}  // namespace firedrill::incident
