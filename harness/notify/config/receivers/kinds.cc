#include <array>

#include "notify/config/form/checks.h"
#include "notify/config/receivers/kind.h"

namespace firedrill::notify {
namespace {

constexpr std::array kKinds{
    IntegrationKind{"webhook", "webhook_configs", &kWebhookForm, complete_client},
    IntegrationKind{"email", "email_configs", &kEmailForm, complete_email},
    IntegrationKind{"pagerduty", "pagerduty_configs", &kPagerdutyForm, complete_pagerduty},
    IntegrationKind{"opsgenie", "opsgenie_configs", &kOpsgenieForm, complete_opsgenie},
    IntegrationKind{"wechat", "wechat_configs", &kWechatForm, complete_wechat},
    IntegrationKind{"slack", "slack_configs", &kSlackForm, complete_slack},
    IntegrationKind{"victorops", "victorops_configs", &kVictoropsForm, complete_victorops},
    IntegrationKind{"pushover", "pushover_configs", &kPushoverForm, complete_client},
    IntegrationKind{"sns", "sns_configs", &kSnsForm, complete_client},
    IntegrationKind{"telegram", "telegram_configs", &kTelegramForm, complete_telegram},
    IntegrationKind{"discord", "discord_configs", &kDiscordForm, complete_client},
    IntegrationKind{"webex", "webex_configs", &kWebexForm, complete_webex},
    IntegrationKind{"msteams", "msteams_configs", &kMsteamsForm, complete_client, Version::v0_33},
    IntegrationKind{"msteamsv2", "msteamsv2_configs", &kMsteamsV2Form, complete_client, Version::v0_33},
    IntegrationKind{"jira", "jira_configs", &kJiraForm, complete_jira, Version::v0_33},
    IntegrationKind{"incidentio", "incidentio_configs", &kIncidentioForm, complete_client, Version::v0_33},
    IntegrationKind{"rocketchat", "rocketchat_configs", &kRocketchatForm, complete_rocketchat, Version::v0_33},
    IntegrationKind{"mattermost", "mattermost_configs", &kMattermostForm, complete_mattermost, Version::v0_33},
};

constexpr std::string_view kNewer[] = {"gotify_configs", "jsm_configs", "jsmops_configs", "kafka_configs",
                                       "signl4_configs"};

}  // namespace

std::span<const IntegrationKind> integration_kinds() {
  return kKinds;
}

std::span<const std::string_view> newer_integration_keys() {
  return kNewer;
}

void complete_client(Value& block, const FormContext& context) {
  inherit(block, "http_config", "http_config", context);
}

}  // namespace firedrill::notify
