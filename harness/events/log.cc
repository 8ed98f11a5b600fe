#include "events/log.h"

#include <algorithm>

namespace firedrill::events {

std::string_view to_string(LogLevel level) {
  static constexpr std::array<std::string_view, kLogLevels.size()> kNames{"info", "warn", "error", "fatal"};
  return kNames[static_cast<std::size_t>(level)];
}

std::optional<LogLevel> parse_log_level(std::string_view text) {
  const auto* const it = std::ranges::find(kLogLevels, text, [](LogLevel level) { return to_string(level); });
  return it == kLogLevels.end() ? std::nullopt : std::optional(*it);
}

}  // namespace firedrill::events
