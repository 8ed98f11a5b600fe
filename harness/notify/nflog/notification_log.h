// The notification log (nflog/nflog.go): what each integration was last told about each group. It decides what is news,
// and outlives a reload.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "base/time.h"
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
};

class NotificationLog {
 public:
  explicit NotificationLog(Duration retention) : retention_(retention) {}

  // Null if there is none. An entry that has expired counts until it is collected.
  const LogEntry* find(const LogKey& key) const;
  // The entry's expiry is two repeat intervals from now, at most the retention.
  void write(const LogKey& key, std::vector<Fingerprint> firing, std::vector<Fingerprint> resolved,
             Duration repeat_interval, Time now);
  // Forgets what has expired.
  void collect(Time now);
  bool empty() const { return entries_.empty(); }

 private:
  Duration retention_;
  std::map<LogKey, LogEntry> entries_;
};

}  // namespace firedrill::notify
