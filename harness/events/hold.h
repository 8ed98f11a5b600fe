// What holds an alert back from its next step: the one vocabulary of it, for events, Alertmanager's decisions, the
// ledger and reports.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "events/kinds.h"

namespace firedrill::events {

enum class HoldKind {
  dropped,       // relabelling keeps it from leaving the monitor
  lost,          // what the monitor sent of it did not arrive
  inhibited,     // another alert
  silenced,      // a silence
  muted,         // a time interval
  deduplicated,  // its receivers know it already
};
inline constexpr std::array kHoldKinds{HoldKind::dropped,  HoldKind::lost,  HoldKind::inhibited,
                                       HoldKind::silenced, HoldKind::muted, HoldKind::deduplicated};
std::string_view to_string(HoldKind kind);

// The event that tells that it begins; nothing of what is only not said again.
std::optional<EventKind> event_kind_of(HoldKind kind);

}  // namespace firedrill::events
