// How each kind of integration says a notification (Alertmanager: notify/<kind>). One file a kind, one row in the
// table.
#pragma once

#include <span>
#include <string_view>

#include "notify/payload/draft.h"

namespace firedrill::notify {

struct PayloadKind {
  std::string_view name;  // as integration_kinds() has it
  void (*build)(Draft& draft) = nullptr;
};

std::span<const PayloadKind> payload_kinds();

void build_discord(Draft& draft);
void build_email(Draft& draft);
void build_incidentio(Draft& draft);
void build_jira(Draft& draft);
void build_mattermost(Draft& draft);
void build_msteams(Draft& draft);
void build_msteamsv2(Draft& draft);
void build_opsgenie(Draft& draft);
void build_pagerduty(Draft& draft);
void build_pushover(Draft& draft);
void build_rocketchat(Draft& draft);
void build_slack(Draft& draft);
void build_sns(Draft& draft);
void build_telegram(Draft& draft);
void build_victorops(Draft& draft);
void build_webex(Draft& draft);
void build_webhook(Draft& draft);
void build_wechat(Draft& draft);

}  // namespace firedrill::notify
