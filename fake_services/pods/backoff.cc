#include "fake_services/pods/backoff.h"

#include <algorithm>

namespace firedrill::fake_services {

// The entry is forgotten in two ways, and both give the same instant: an exit more than ten minutes after the last
// start finds it expired (hasExpired), and the kubelet's housekeeping drops it then (Backoff.GC), even while it is
// waited for.
Time RestartBackoff::earliest(Time now, std::optional<Time> finished) const {
  if (!finished || !entry_) return now;
  const Time forgotten = entry_->updated + kReset + Duration(1);
  return std::max(now, std::min(*finished + entry_->wait, forgotten));
}

void RestartBackoff::restarted(Time now, std::optional<Time> finished) {
  // Without an exited container doBackOff returns before it touches the entry.
  if (!finished) return;
  const bool expired = !entry_ || now - entry_->updated > kReset;
  entry_ = Entry{expired ? kInitial : std::min(entry_->wait * 2, kMax), now};
}

}  // namespace firedrill::fake_services
