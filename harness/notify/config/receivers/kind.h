// A kind of integration: the form of its block, and what it takes from `global`. One file a kind, one row in the table.
#pragma once

#include <span>
#include <string_view>

#include "notify/config/form/form.h"

namespace firedrill::notify {

struct IntegrationKind {
  std::string_view name;  // as Alertmanager names it in its log: "msteamsv2"
  std::string_view key;   // in a receiver: "msteamsv2_configs"
  const Form* form = nullptr;
  // Fills in what is inherited, and tells of what is missing after that.
  void (*complete)(Value& block, const FormContext& context) = nullptr;
  Version since = Version::v0_25;
};

// In the order in which Alertmanager builds a receiver's integrations (config/receiver/receiver.go).
std::span<const IntegrationKind> integration_kinds();

// Kinds of later releases, which are refused by name.
std::span<const std::string_view> newer_integration_keys();

extern const Form kDiscordForm;
extern const Form kEmailForm;
extern const Form kIncidentioForm;
extern const Form kJiraForm;
extern const Form kMattermostForm;
extern const Form kMsteamsForm;
extern const Form kMsteamsV2Form;
extern const Form kOpsgenieForm;
extern const Form kPagerdutyForm;
extern const Form kPushoverForm;
extern const Form kRocketchatForm;
extern const Form kSlackForm;
extern const Form kSnsForm;
extern const Form kTelegramForm;
extern const Form kVictoropsForm;
extern const Form kWebexForm;
extern const Form kWebhookForm;
extern const Form kWechatForm;

void complete_client(Value& block, const FormContext& context);  // of those that inherit http_config alone
void complete_email(Value& block, const FormContext& context);
void complete_jira(Value& block, const FormContext& context);
void complete_mattermost(Value& block, const FormContext& context);
void complete_opsgenie(Value& block, const FormContext& context);
void complete_pagerduty(Value& block, const FormContext& context);
void complete_rocketchat(Value& block, const FormContext& context);
void complete_slack(Value& block, const FormContext& context);
void complete_telegram(Value& block, const FormContext& context);
void complete_victorops(Value& block, const FormContext& context);
void complete_webex(Value& block, const FormContext& context);
void complete_wechat(Value& block, const FormContext& context);

}  // namespace firedrill::notify
