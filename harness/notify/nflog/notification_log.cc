#include "notify/nflog/notification_log.h"

#include <algorithm>

namespace firedrill::notify {

const LogEntry* NotificationLog::find(const LogKey& key, const GroupPtr& group, Time now) const {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return nullptr;
  const Kept& kept = found->second;
  if (kept.entry.at != now || kept.entry.by == group) return &kept.entry;
  return kept.before ? &*kept.before : nullptr;
}

void NotificationLog::write(const LogKey& key, const GroupPtr& group, std::vector<Fingerprint> firing,
                            std::vector<Fingerprint> resolved, Duration repeat_interval, Time now) {
  const Duration expiry = 2 * repeat_interval;
  const bool is_shorter = expiry > Duration::zero() && expiry < retention_;
  std::ranges::sort(firing);
  std::ranges::sort(resolved);
  LogEntry entry{now, std::move(firing), std::move(resolved), now + (is_shorter ? expiry : retention_), group};
  const auto [place, is_new] = entries_.try_emplace(key);
  Kept& kept = place->second;
  if (!is_new && kept.entry.at < now) kept.before = std::move(kept.entry);
  kept.entry = std::move(entry);
}

void NotificationLog::collect(Time now) {
  std::erase_if(entries_, [&](const auto& each) { return each.second.entry.expires_at <= now; });
}

}  // namespace firedrill::notify
