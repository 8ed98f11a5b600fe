#include "notify/stages/dedup.h"

#include <algorithm>

namespace firedrill::notify {

Reason reason_to_notify(const LogEntry* entry, const DedupInput& input) {
  if (entry == nullptr) return input.firing.empty() ? Reason::none : Reason::first_notification;
  if (!std::ranges::includes(entry->firing, input.firing)) {
    return entry->firing.empty() ? Reason::first_notification : Reason::new_alerts;
  }
  if (input.firing.empty()) return entry->firing.empty() ? Reason::none : Reason::all_resolved;
  if (input.send_resolved && !std::ranges::includes(entry->resolved, input.resolved)) return Reason::some_resolved;
  // Strictly: an entry is written a moment after its flush began, so that a flush exactly one repeat interval later
  // comes too early.
  return entry->at < input.now - input.repeat_interval ? Reason::repeat : Reason::none;
}

}  // namespace firedrill::notify
