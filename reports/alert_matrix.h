// Expected alerts against those that fired: what fired, was missed, came late, or should not have come.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace firedrill::record {
struct AlertRecord;
struct Record;
}  // namespace firedrill::record

namespace firedrill::reports {

// pending: only that was expected. related: named by no expectation, but within an incident's reach; unexpected: the
// same where that is forbidden, or one that was not to fire.
enum class AlertState { fired, pending, late, missed, related, unexpected, spurious, excepted, unjudged };
std::string_view to_string(AlertState state);
std::string_view sign_of(AlertState state);
// Whether it is as it should be.
bool good(AlertState state);

struct AlertRow {
  AlertState state = AlertState::fired;
  std::string alert;
  std::string labels;                          // without alertname; of several activations those that they share
  std::string expectation;                     // the id of the one that names it; empty if none does
  std::string incident;                        // that it belongs to
  const record::AlertRecord* first = nullptr;  // its first activation in the judged window; null if there is none
  std::size_t activations = 0;
};

// One row for each alert expected, then one for each other alert that fired in the judged window (activations with
// equal labels together), in order of time.
std::vector<AlertRow> alert_matrix(const record::Record& record);

}  // namespace firedrill::reports
