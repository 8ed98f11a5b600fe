#include "notify/stages/receivers.h"

#include <algorithm>
#include <array>

#include "base/text/numbers.h"
#include "notify/config/form/scalars.h"

namespace firedrill::notify {
namespace {

// Kinds whose notifier takes any failure for one that may pass.
constexpr std::array<std::string_view, 3> kAlwaysRetried = {"email", "telegram", "wechat"};
// Kinds that are retried after 429, too many requests. (PagerDuty's first API says 403 for it.)
constexpr std::array<std::string_view, 4> kRetriedWhenLimited = {"incidentio", "jira", "opsgenie", "pagerduty"};

bool contains(std::span<const std::string_view> kinds, std::string_view kind) {
  return std::ranges::find(kinds, kind) != kinds.end();
}

}  // namespace

bool is_retried(const Integration& integration, int status) {
  if (status / 100 == 5 || contains(kAlwaysRetried, integration.kind)) return true;
  if (integration.kind == "pagerduty" && !integration.settings.text_of("service_key").empty()) return status == 403;
  return status == 429 && contains(kRetriedWhenLimited, integration.kind);
}

Duration own_timeout(const Integration& integration) {
  const std::string_view text = integration.settings.text_of("timeout");
  // A number alone is nanoseconds.
  if (const auto nanoseconds = parse_float(text)) return from_seconds(*nanoseconds / 1e9);
  return from_seconds(parse_go_duration(text).value_or(0));
}

}  // namespace firedrill::notify
