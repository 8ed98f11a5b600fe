#include "incident/incidents/crossings.h"

#include <algorithm>

#include "incident/severity/severity.h"
#include "incident/truth.h"

namespace firedrill::incident {
using namespace record;
namespace {

constexpr std::size_t kWindow = static_cast<std::size_t>(kSeverityWindow / 1min);

SeverityLevel level_of(const Record& record, const SeverityInputs& inputs) {
  return determine_severity(inputs, record.declared.severity);
}

// Over the five minutes that end with this one.
SeverityLevel level_by(const Record& record, std::size_t minute) {
  return level_of(record, severity_inputs(record, minute));
}

// Over less than five minutes. The users of a minute are those of five, and have no say in it.
SeverityLevel level_within(const Record& record, MinuteRange minutes) {
  SeverityInputs inputs = severity_inputs(record, minutes);
  inputs.affected = 0;
  return level_of(record, inputs);
}

// Over the five minutes, unless what of them lies behind `first` is milder.
SeverityLevel level_since(const Record& record, std::size_t first, std::size_t minute) {
  const SeverityLevel level = level_by(record, minute);
  return minute + 1 >= first + kWindow ? level : std::max(level, level_within(record, {first, minute}));
}

// The first minute after `broken` up to which, for the hold window, severity is as usual, looking back five minutes
// each time; the number of minutes if there is none.
std::size_t first_calm(const Record& record, std::size_t broken, SeverityLevel usual) {
  const auto hold = static_cast<std::size_t>(std::max<std::int64_t>(1, record.declared.hold / 1min));
  const std::size_t wanted = hold > kWindow ? hold - kWindow + 1 : 1;
  const std::size_t count = minute_count(record);
  std::size_t calm = 0;
  for (std::size_t minute = broken + 1; minute < count; ++minute) {
    calm = level_by(record, minute) < usual ? 0 : calm + 1;
    if (calm == wanted) return minute + 1 - wanted;
  }
  return count;
}

// The five minutes as a whole may be as usual while the first of them are not.
std::size_t behind_the_last(const Record& record, std::size_t broken, std::size_t calm, SeverityLevel usual) {
  const std::size_t earliest = std::max(broken, calm - std::min(calm, kWindow)) + 1;
  std::size_t end = calm;
  while (end > earliest && level_within(record, {end - 1, end - 1}) >= usual) --end;
  return end;
}

}  // namespace

SeverityLevel severity_before(const Record& record, Time t) {
  if (minute_count(record) == 0) return SeverityLevel::p3;
  const std::size_t minute = minute_at(record, t);
  if (minute == 0) return SeverityLevel::p3;
  return std::max(level_by(record, minute - 1), level_within(record, {minute - 1, minute - 1}));
}

std::vector<Crossing> crossings(const Record& record, Time since, Time until, SeverityLevel usual) {
  std::vector<Crossing> found;
  const std::size_t count = minute_count(record);
  if (count == 0) return found;
  const std::size_t first = minute_at(record, since);
  for (std::size_t minute = first; minute < count && minute_start(record, minute) <= until; ++minute) {
    if (level_since(record, first, minute) >= usual) continue;
    Crossing crossing{{std::max(breach_start(record, minute), since), std::nullopt},
                      explain_severity(severity_inputs(record, minute), record.declared.severity)};
    const std::size_t calm = first_calm(record, minute, usual);
    if (calm < count) crossing.breach.to = minute_start(record, behind_the_last(record, minute, calm, usual));
    found.push_back(std::move(crossing));
    minute = calm;
  }
  return found;
}

}  // namespace firedrill::incident
