// Alerts that fired in the judged time and of which nobody was notified though they were routed to somebody, and why.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "record/record.h"

namespace firedrill::incident {

// Those that one cause kept from being notified of, together.
struct UnnotifiedAlerts {
  enum class CauseKind { held_back, not_delivered, not_arrived, not_flushed };
  std::vector<const record::AlertRecord*> alerts;  // in order of time; not empty
  std::string cause;                   // "silenced by silence 1 (planned)"; what receivers answered that took nothing
  std::vector<std::string> incidents;  // to which they belong, each once
  bool is_blind_spot = false;          // of some incident among these nobody was told of anything
  CauseKind cause_kind = CauseKind::held_back;
};
// "held back", "not delivered".
std::string_view to_string(UnnotifiedAlerts::CauseKind kind);
std::vector<UnnotifiedAlerts> unnotified_alerts(const record::Record& record);
// "ShopErrorsHigh {…} and 3 others".
std::string names_of(const UnnotifiedAlerts& unnotified);

}  // namespace firedrill::incident
