// What the production writes down about itself, as those who work on it read it: lines of services, events of the
// cluster, and changes that somebody or something made.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace firedrill::events {

enum class LogLevel { info, warn, error, fatal };
inline constexpr std::array kLogLevels{LogLevel::info, LogLevel::warn, LogLevel::error, LogLevel::fatal};
std::string_view to_string(LogLevel level);  // info, warn, error, fatal
std::optional<LogLevel> parse_log_level(std::string_view text);

// One of many: so many happenings of its cause were counted since the line before it of the same service, cause and
// peer, and this one stands for all of them.
struct LogLine {
  Time t{};
  LogLevel level = LogLevel::info;
  std::string service{};  // that wrote it
  std::string pod{};      // of it; "edge": what stands before an entry point and serves clients from outside
  std::string cause{};    // a word for what was counted: of calls as the label `outcome` has it
  std::string peer{};     // the service called; empty: it is about the service itself
  std::string route{};    // "GET /cart"; empty: of no request
  std::string message{};
  std::string trace{};  // 32 hexadecimal digits; empty: of no request
  std::uint64_t stands_for = 1;
  bool operator==(const LogLine&) const = default;
};

// An event as the cluster's API server has it: what happens again is counted, and not told again.
struct ClusterEvent {
  Time first{};
  Time last{};
  bool warning = false;   // its type: Warning, else Normal
  std::string reason{};   // Scheduled, Unhealthy, BackOff, …
  std::string object{};   // "pod/checkout-1"
  std::string service{};  // empty: of none
  std::string message{};
  std::uint64_t count = 1;
  bool operator==(const ClusterEvent&) const = default;
};

// Something in production is not as before, because somebody or something changed it.
struct Change {
  Time t{};
  std::string kind{};    // deployment, configuration, flag, scaling, …
  std::string target{};  // a service, a node, an alert
  std::string what{};    // "version 2.4.0 is rolled out"
  std::string by{};      // who or what made it
  bool operator==(const Change&) const = default;
};

}  // namespace firedrill::events
