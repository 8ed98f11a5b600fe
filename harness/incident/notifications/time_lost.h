// Why so late: where the time went between the breach and the moment at which somebody was told of an alert, step by
// step.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "record/record.h"

namespace firedrill::incident {

// Durations that add up; what was not reached or does not apply is absent. Where the same alert was there before, and
// nobody was told, as while its server stopped, they count what each of these activations took.
struct TimeLost {
  Time from{};                      // where it counts from
  std::string since;                // "the breach", "the injection" (of an alert that is early, or where nothing broke)
  std::optional<Duration> scrape;   // at most this much of what comes before it is pending: a scrape, an evaluation
  std::optional<Duration> window;   // the rest of that: what the rule looks back over, and its threshold
  std::optional<Duration> hold;     // `for`, also where it was lost before it fired
  std::optional<Duration> down;     // what of all that passed while Prometheus was down, and is in none of them
  std::optional<Duration> routing;  // group_wait, group_interval, and what held it back meanwhile
  // Until the receiver has accepted it, from the first flush that it should have; and how long it fired before that
  // without being there, since it had not arrived or had expired.
  std::optional<Duration> delivery;
  const events::Notification* told{};     // null: nobody was told
  std::optional<Duration> total() const;  // to the last step that was reached
  // The step that took longest, in words: "most of it `for`", of no more than half "the largest part `for`". Empty if
  // nothing took any time.
  std::string longest() const;
};

// Of an alert that fired and belongs to an incident; nothing of others. Where a receiver that calls a person has been
// told, that notification counts, else the first.
std::optional<TimeLost> time_lost(const record::Record& record, const record::AlertRecord& alert);

}  // namespace firedrill::incident
