#include <array>

#include "notify/config/form/checks.h"
#include "notify/config/receivers/kind.h"

// Every kind of integration, a row each, in the order in which Alertmanager builds those of a receiver
// (config/receiver/receiver.go). A row names the function that receivers/<name>.cc defines, which no header declares.
#define FIREDRILL_INTEGRATIONS(KIND) \
  KIND(webhook)                      \
  KIND(email)                        \
  KIND(pagerduty)                    \
  KIND(opsgenie)                     \
  KIND(wechat)                       \
  KIND(slack)                        \
  KIND(victorops)                    \
  KIND(pushover)                     \
  KIND(sns)                          \
  KIND(telegram)                     \
  KIND(discord)                      \
  KIND(webex)                        \
  KIND(msteams)                      \
  KIND(msteamsv2)                    \
  KIND(jira)                         \
  KIND(incidentio)                   \
  KIND(rocketchat)                   \
  KIND(mattermost)

namespace firedrill::notify {

namespace receivers {
#define FIREDRILL_DECLARE(kind) IntegrationKind kind();
FIREDRILL_INTEGRATIONS(FIREDRILL_DECLARE)
#undef FIREDRILL_DECLARE
}  // namespace receivers

namespace {

constexpr std::string_view kNewer[] = {"gotify_configs", "jsm_configs", "jsmops_configs", "kafka_configs",
                                       "signl4_configs"};

}  // namespace

std::span<const IntegrationKind> integration_kinds() {
#define FIREDRILL_ROW(kind) receivers::kind(),
  static const std::array kKinds{FIREDRILL_INTEGRATIONS(FIREDRILL_ROW)};
#undef FIREDRILL_ROW
  return kKinds;
}

std::span<const std::string_view> newer_integration_keys() {
  return kNewer;
}

void complete_client(Value& block, const FormContext& context) {
  inherit(block, "http_config", "http_config", context);
}

}  // namespace firedrill::notify
