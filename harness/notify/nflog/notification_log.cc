#include "notify/nflog/notification_log.h"

#include <algorithm>

namespace firedrill::notify {

const LogEntry* NotificationLog::find(const LogKey& key) const {
  const auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : &found->second;
}

void NotificationLog::write(const LogKey& key, std::vector<Fingerprint> firing, std::vector<Fingerprint> resolved,
                            Duration repeat_interval, Time now) {
  const Duration expiry = 2 * repeat_interval;
  const bool is_shorter = expiry > Duration::zero() && expiry < retention_;
  std::ranges::sort(firing);
  std::ranges::sort(resolved);
  entries_[key] = {now, std::move(firing), std::move(resolved), now + (is_shorter ? expiry : retention_)};
}

void NotificationLog::collect(Time now) {
  std::erase_if(entries_, [&](const auto& each) { return each.second.expires_at <= now; });
}

}  // namespace firedrill::notify
