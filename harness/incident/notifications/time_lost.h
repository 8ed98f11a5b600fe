// Why so late: where the time went between the breach and the moment at which somebody was told of an alert, step by
// step.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "record/record.h"

namespace firedrill::incident {

// Durations that lie behind each other and add up; what was not reached or does not apply is absent.
struct TimeLost {
  Time from{};                      // where it counts from
  std::string since;                // "the breach", "the injection" (of an alert that is early, or where nothing broke)
  std::optional<Duration> scrape;   // at most this much of what comes before it is pending: a scrape, an evaluation
  std::optional<Duration> window;   // the rest of that: what the rule looks back over, and its threshold
  std::optional<Duration> hold;     // `for`
  std::optional<Duration> down;     // what of all that passed while Prometheus was down, and is in none of them
  std::optional<Duration> routing;  // group_wait, group_interval, and what held it back meanwhile
  std::optional<Duration> delivery;    // until the receiver has accepted it, from the first flush that it should have
  const events::Notification* told{};  // null: nobody was told
  std::optional<Duration> total() const;  // to the last step that was reached
  // The step that took longest, in words: "most of it `for`", of no more than half "the largest part `for`". Empty if
  // nothing took any time.
  std::string longest() const;
};

// Of an alert that fired and belongs to an incident; nothing of others. Where a receiver that calls a person has been
// told, that notification counts, else the first.
std::optional<TimeLost> time_lost(const record::Record& record, const record::AlertRecord& alert);

// Alerts that fired in the judged time and of which nobody was told though their Alertmanager had them, those that one
// cause held back together.
struct Unheard {
  enum class How { held_back, not_delivered, not_arrived, not_flushed };
  std::vector<const record::AlertRecord*> alerts;  // in order of time; not empty
  std::string cause;                   // "silenced by silence 1 (planned)"; what receivers answered that took nothing
  std::vector<std::string> incidents;  // to which they belong, each once
  bool is_blind_spot = false;          // of some incident among these nobody was told of anything
  How how = How::held_back;            // what the cause is an instance of
};
// "held back", "not delivered".
std::string_view to_string(Unheard::How how);
std::vector<Unheard> unheard(const record::Record& record);
// "ShopErrorsHigh {…} and 3 others".
std::string names_of(const Unheard& unheard);

}  // namespace firedrill::incident
