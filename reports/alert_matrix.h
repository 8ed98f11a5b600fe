// Expected alerts against those that fired: what fired, was missed, came late, or should not have come.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace firedrill::record {
struct AlertRecord;
struct Record;
}  // namespace firedrill::record

namespace firedrill::reports {

// pending: only that was expected. early: before what it was to follow, so that it has detected nothing. lingering: in
// time, and not over in time. dropped: by relabelling, so that nobody heard of it. mishandled: it fired, and
// people were not told of it, or of its end, or it was not held back, as was expected. related: that no expectation
// means, but within an incident's reach; unexpected: the same where that is forbidden, or one that was not to fire.
enum class AlertState {
  fired,
  pending,
  early,
  late,
  lingering,
  dropped,
  missed,
  mishandled,
  related,
  unexpected,
  spurious,
  excepted,
  unjudged
};
std::string_view to_string(AlertState state);
std::string_view sign_of(AlertState state);
// Whether it is as it should be.
bool good(AlertState state);

struct AlertRow {
  AlertState state = AlertState::fired;
  std::string alert;
  std::string labels;       // without alertname; of several activations those that they share
  std::string expectation;  // the id of the one that names it; empty if none does
  std::string incident;     // that it belongs to
  // The activation that it is about: of an expectation the one that it means, else the first in the judged window; null
  // if there is none.
  const record::AlertRecord* first = nullptr;
  std::optional<Time> resolved_at;  // when the last of its activations was over; absent: not all were
  std::size_t activations = 0;      // that one and those after it, of the same incident
};

// What a table of rows with more than one activation has to say.
inline constexpr std::string_view kOfSeveral =
    "Of several activations of an alert the first is shown, and when the last of them was resolved.";

// One row for each alert expected, where expectations of notifications of one alert share theirs, then for each other
// alert that fired in the judged window (activations of a name, incident and state together), in order of time. One
// that an expectation names, but not means, is among these.
std::vector<AlertRow> alert_matrix(const record::Record& record);

}  // namespace firedrill::reports
