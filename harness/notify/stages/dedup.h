// Whether an integration is told anything at a flush (notify/dedup_stage.go: needsUpdate).
#pragma once

#include <span>
#include <vector>

#include "notify/nflog/notification_log.h"
#include "notify/notification.h"

namespace firedrill::notify {

struct DedupInput {
  std::span<const Fingerprint> firing;    // sorted
  std::span<const Fingerprint> resolved;  // sorted
  bool send_resolved = false;
  Duration repeat_interval{};
  // The flush's: 0.33 counts from when it was due, 0.25 from when it looks.
  Time now{};
};

// `entry` is what the log has of the group for the integration; null if it has nothing.
Reason reason_to_notify(const LogEntry* entry, const DedupInput& input);

}  // namespace firedrill::notify
