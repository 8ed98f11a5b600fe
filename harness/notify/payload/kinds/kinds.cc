#include "notify/payload/kinds/kinds.h"

#include <array>

// Every kind's payload, a row each. A row names the function that kinds/<name>.cc defines, which no header declares.
#define FIREDRILL_PAYLOADS(KIND) \
  KIND(webhook)                  \
  KIND(email)                    \
  KIND(pagerduty)                \
  KIND(opsgenie)                 \
  KIND(wechat)                   \
  KIND(slack)                    \
  KIND(victorops)                \
  KIND(pushover)                 \
  KIND(sns)                      \
  KIND(telegram)                 \
  KIND(discord)                  \
  KIND(webex)                    \
  KIND(msteams)                  \
  KIND(msteamsv2)                \
  KIND(jira)                     \
  KIND(incidentio)               \
  KIND(rocketchat)               \
  KIND(mattermost)

namespace firedrill::notify {

namespace payloads {
#define FIREDRILL_DECLARE(kind) void kind(Draft& draft);
FIREDRILL_PAYLOADS(FIREDRILL_DECLARE)
#undef FIREDRILL_DECLARE
}  // namespace payloads

std::span<const PayloadKind> payload_kinds() {
#define FIREDRILL_ROW(kind) PayloadKind{#kind, payloads::kind},
  static constexpr std::array kKinds{FIREDRILL_PAYLOADS(FIREDRILL_ROW)};
#undef FIREDRILL_ROW
  return kKinds;
}

}  // namespace firedrill::notify
