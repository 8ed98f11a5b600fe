// The notification log (nflog/nflog.go): what each integration was last told about each group. It decides what is news,
// and outlives a reload.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/time.h"
#include "notify/notification.h"
#include "notify/provider/alert.h"

namespace firedrill::notify {

struct LogKey {
  std::string group_key;
  std::string receiver;
  std::string integration;  // its kind
  std::size_t index = 0;    // among those of its kind
  auto operator<=>(const LogKey&) const = default;
};

struct LogEntry {
  Time at{};                          // when it was written: after the answer
  std::vector<Fingerprint> firing;    // sorted
  std::vector<Fingerprint> resolved;  // sorted
  Time expires_at{};
  GroupPtr by{};  // whose flush it was
};

class NotificationLog {
 public:
  explicit NotificationLog(Duration retention) : retention_(retention) {}

  // As a flush of the group finds it now; null if there is none. An entry that has expired counts until it is
  // collected. Groups of sibling routes may share a key: what another one of them writes at this very instant is not
  // there yet, since flushes that run side by side ask before any of them has an answer.
  const LogEntry* find(const LogKey& key, const GroupPtr& group, Time now) const;
  // The entry's expiry is two repeat intervals from now, at most the retention.
  void write(const LogKey& key, const GroupPtr& group, std::vector<Fingerprint> firing,
             std::vector<Fingerprint> resolved, Duration repeat_interval, Time now);
  // Forgets what has expired.
  void collect(Time now);
  bool empty() const { return entries_.empty(); }

 private:
  Duration retention_;
  struct Kept {
    LogEntry entry;
    std::optional<LogEntry> before{};  // what was there before the instant at which it was written
  };
  std::map<LogKey, Kept> entries_;
};

}  // namespace firedrill::notify
