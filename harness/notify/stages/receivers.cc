#include "notify/stages/receivers.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text/numbers.h"

namespace firedrill::notify {
namespace {

// Kinds whose notifier takes any failure for one that may pass.
constexpr std::array<std::string_view, 3> kAlwaysRetried = {"email", "telegram", "wechat"};
// Kinds that are retried after 429, too many requests. (PagerDuty's first API says 403 for it.)
constexpr std::array<std::string_view, 4> kRetriedWhenLimited = {"incidentio", "jira", "opsgenie", "pagerduty"};

bool contains(std::span<const std::string_view> kinds, std::string_view kind) {
  return std::ranges::find(kinds, kind) != kinds.end();
}

// A duration as Go writes them, "1m30s", "1.5s"; a number alone is nanoseconds. Zero if it is none.
Duration go_duration(std::string_view text) {
  double seconds = 0;
  while (!text.empty()) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
    const auto amount = parse_float(text.substr(0, digits));
    if (!amount) return {};
    text.remove_prefix(digits);
    const std::size_t letters = std::min(text.find_first_of("0123456789."), text.size());
    const std::string_view unit = text.substr(0, letters);
    text.remove_prefix(letters);
    const double factor = unit == "h"    ? 3600
                          : unit == "m"  ? 60
                          : unit == "s"  ? 1
                          : unit == "ms" ? 1e-3
                          : unit == "us" ? 1e-6
                                         : 1e-9;
    seconds += *amount * factor;
  }
  return from_seconds(seconds);
}

}  // namespace

bool is_retried(const Integration& integration, int status) {
  if (status / 100 == 5 || contains(kAlwaysRetried, integration.kind)) return true;
  if (integration.kind == "pagerduty" && !integration.settings.text_of("service_key").empty()) return status == 403;
  return status == 429 && contains(kRetriedWhenLimited, integration.kind);
}

Duration own_timeout(const Integration& integration) {
  return go_duration(integration.settings.text_of("timeout"));
}

}  // namespace firedrill::notify
