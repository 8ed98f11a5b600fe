#include "notify/payload/kinds/kinds.h"

#include <array>

namespace firedrill::notify {
namespace {

constexpr std::array kKinds = std::to_array<PayloadKind>({
    {"webhook", build_webhook},
    {"email", build_email},
    {"pagerduty", build_pagerduty},
    {"opsgenie", build_opsgenie},
    {"wechat", build_wechat},
    {"slack", build_slack},
    {"victorops", build_victorops},
    {"pushover", build_pushover},
    {"sns", build_sns},
    {"telegram", build_telegram},
    {"discord", build_discord},
    {"webex", build_webex},
    {"msteams", build_msteams},
    {"msteamsv2", build_msteamsv2},
    {"jira", build_jira},
    {"incidentio", build_incidentio},
    {"rocketchat", build_rocketchat},
    {"mattermost", build_mattermost},
});

}  // namespace

std::span<const PayloadKind> payload_kinds() {
  return kKinds;
}

}  // namespace firedrill::notify
