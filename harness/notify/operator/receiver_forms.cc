#include <array>
#include <string>

#include "notify/operator/resource_form.h"

namespace firedrill::notify {
namespace {

using enum ResourceShape;

constexpr ResourceField of(ResourceShape shape, std::string_view name, std::string_view becomes = {}) {
  return {name, shape, becomes, nullptr};
}
constexpr ResourceField one(const ResourceForm& form, std::string_view name, std::string_view becomes = {}) {
  return {name, block, becomes, &form};
}
constexpr ResourceField many(const ResourceForm& form, std::string_view name, std::string_view becomes = {}) {
  return {name, blocks, becomes, &form};
}

constexpr std::array kTls{
    of(asset, "ca", "ca_file"), of(asset, "cert", "cert_file"),   of(asset, "keySecret", "key_file"),
    of(text, "serverName"),     of(scalar, "insecureSkipVerify"), of(text, "minVersion"),
    of(text, "maxVersion")};
constexpr ResourceForm kTlsResource{"tlsConfig", kTls};

constexpr std::array kAuthorization{of(text, "type"), of(secret, "credentials")};
constexpr ResourceForm kAuthorizationResource{"authorization", kAuthorization};

constexpr std::array kBasicAuth{of(secret, "username"), of(secret, "password")};
constexpr ResourceForm kBasicAuthResource{"basicAuth", kBasicAuth};

constexpr std::array kOauth{of(reference, "clientId"),
                            of(secret, "clientSecret"),
                            of(text, "tokenUrl"),
                            of(texts, "scopes"),
                            of(text_map, "endpointParams"),
                            one(kTlsResource, "tlsConfig"),
                            of(text, "proxyUrl"),
                            of(text, "noProxy"),
                            of(scalar, "proxyFromEnvironment"),
                            of(secrets_by_name, "proxyConnectHeader")};
constexpr ResourceForm kOauthResource{"oauth2", kOauth};

constexpr std::array kHttp{one(kAuthorizationResource, "authorization"),
                           one(kBasicAuthResource, "basicAuth"),
                           one(kOauthResource, "oauth2"),
                           of(secret, "bearerTokenSecret", "bearer_token"),
                           one(kTlsResource, "tlsConfig"),
                           of(text, "proxyURL"),
                           of(text, "proxyUrl"),
                           of(text, "noProxy"),
                           of(scalar, "proxyFromEnvironment"),
                           of(secrets_by_name, "proxyConnectHeader"),
                           of(scalar, "followRedirects"),
                           of(scalar, "enableHttp2")};
constexpr ResourceForm kHttpResource{"httpConfig", kHttp};

constexpr ResourceField kSendResolved = of(scalar, "sendResolved");
constexpr ResourceField kHttpConfig = one(kHttpResource, "httpConfig");

constexpr std::array kPagerdutyImage{of(text, "src"), of(text, "href"), of(text, "alt")};
constexpr ResourceForm kPagerdutyImageResource{"an entry of pagerDutyImageConfigs", kPagerdutyImage};
constexpr std::array kPagerdutyLink{of(text, "href"), of(text, "alt", "text")};
constexpr ResourceForm kPagerdutyLinkResource{"an entry of pagerDutyLinkConfigs", kPagerdutyLink};
constexpr std::array kPagerduty{kSendResolved,
                                kHttpConfig,
                                of(secret, "routingKey"),
                                of(secret, "serviceKey"),
                                of(text, "url"),
                                of(text, "client"),
                                of(text, "clientURL"),
                                of(text, "description"),
                                of(text, "severity"),
                                of(text, "class"),
                                of(text, "group"),
                                of(text, "component"),
                                of(pairs, "details"),
                                many(kPagerdutyImageResource, "pagerDutyImageConfigs", "images"),
                                many(kPagerdutyLinkResource, "pagerDutyLinkConfigs", "links"),
                                of(text, "source"),
                                of(text, "timeout")};
constexpr ResourceForm kPagerdutyResource{"an entry of pagerdutyConfigs", kPagerduty};

constexpr std::array kDiscord{kSendResolved,        kHttpConfig,          of(secret_url, "apiURL", "webhook_url"),
                              of(text, "title"),    of(text, "message"),  of(text, "content"),
                              of(text, "username"), of(text, "avatarURL")};
constexpr ResourceForm kDiscordResource{"an entry of discordConfigs", kDiscord};

constexpr std::array kSlackConfirm{of(text, "text"), of(text, "title"), of(text, "okText"), of(text, "dismissText")};
constexpr ResourceForm kSlackConfirmResource{"confirm", kSlackConfirm};
constexpr std::array kSlackAction{of(text, "type"),
                                  of(text, "text"),
                                  of(text, "url"),
                                  of(text, "style"),
                                  of(text, "name"),
                                  of(text, "value"),
                                  one(kSlackConfirmResource, "confirm")};
constexpr ResourceForm kSlackActionResource{"an entry of actions", kSlackAction};
constexpr std::array kField{of(text, "title"), of(text, "value"), of(scalar, "short")};
constexpr ResourceForm kFieldResource{"an entry of fields", kField};
constexpr std::array kSlack{kSendResolved,
                            kHttpConfig,
                            of(secret_url, "apiURL"),
                            of(text, "channel"),
                            of(text, "username"),
                            of(text, "color"),
                            of(text, "title"),
                            of(text, "titleLink"),
                            of(text, "pretext"),
                            of(text, "text"),
                            of(text, "messageText"),
                            many(kFieldResource, "fields"),
                            of(scalar, "shortFields"),
                            of(text, "footer"),
                            of(text, "fallback"),
                            of(text, "callbackId"),
                            of(text, "iconEmoji"),
                            of(text, "iconURL"),
                            of(text, "imageURL"),
                            of(text, "thumbURL"),
                            of(scalar, "linkNames"),
                            of(texts, "mrkdwnIn"),
                            many(kSlackActionResource, "actions"),
                            of(scalar, "updateMessage"),
                            of(text, "timeout")};
constexpr ResourceForm kSlackResource{"an entry of slackConfigs", kSlack};

// urlSecret stands before url: of two that become the same the first counts.
constexpr std::array kWebhook{kSendResolved,
                              kHttpConfig,
                              of(secret_url, "urlSecret", "url"),
                              of(text, "url"),
                              of(scalar, "maxAlerts"),
                              of(text, "timeout"),
                              of(kept_text, "payload")};
constexpr ResourceForm kWebhookResource{"an entry of webhookConfigs", kWebhook};

constexpr std::array kResponder{of(text, "id"), of(text, "name"), of(text, "username"), of(text, "type")};
constexpr ResourceForm kResponderResource{"an entry of responders", kResponder};
constexpr std::array kOpsgenie{kSendResolved,
                               kHttpConfig,
                               of(secret, "apiKey"),
                               of(text, "apiURL"),
                               of(text, "message"),
                               of(text, "description"),
                               of(text, "source"),
                               of(text, "tags"),
                               of(text, "note"),
                               of(text, "priority"),
                               of(scalar, "updateAlerts"),
                               of(pairs, "details"),
                               many(kResponderResource, "responders"),
                               of(text, "entity"),
                               of(text, "actions")};
constexpr ResourceForm kOpsgenieResource{"an entry of opsgenieConfigs", kOpsgenie};

constexpr std::array kWebex{kSendResolved, kHttpConfig, of(text, "apiURL"), of(text, "message"), of(text, "roomID")};
constexpr ResourceForm kWebexResource{"an entry of webexConfigs", kWebex};

constexpr std::array kWechat{kSendResolved,      kHttpConfig,         of(secret, "apiSecret"), of(text, "apiURL"),
                             of(text, "corpID"), of(text, "agentID"), of(text, "toUser"),      of(text, "toParty"),
                             of(text, "toTag"),  of(text, "message"), of(text, "messageType")};
constexpr ResourceForm kWechatResource{"an entry of wechatConfigs", kWechat};

constexpr std::array kThreading{of(lower_text, "threadByDate")};
constexpr ResourceForm kThreadingResource{"threading", kThreading, "enabled"};
constexpr std::array kEmail{kSendResolved,
                            of(text, "to"),
                            of(text, "from"),
                            of(text, "hello"),
                            of(text, "smarthost"),
                            of(text, "authUsername"),
                            of(secret, "authPassword"),
                            of(secret, "authSecret"),
                            of(text, "authIdentity"),
                            of(pairs, "headers"),
                            of(kept_text, "html"),
                            of(kept_text, "text"),
                            of(scalar, "requireTLS"),
                            one(kTlsResource, "tlsConfig"),
                            of(scalar, "forceImplicitTLS"),
                            one(kThreadingResource, "threading")};
constexpr ResourceForm kEmailResource{"an entry of emailConfigs", kEmail};

constexpr std::array kVictorops{kSendResolved,
                                kHttpConfig,
                                of(secret, "apiKey"),
                                of(text, "apiUrl"),
                                of(text, "routingKey"),
                                of(text, "messageType"),
                                of(text, "entityDisplayName"),
                                of(text, "stateMessage"),
                                of(text, "monitoringTool"),
                                of(pairs, "customFields")};
constexpr ResourceForm kVictoropsResource{"an entry of victoropsConfigs", kVictorops};

constexpr std::array kPushover{
    kSendResolved,         kHttpConfig,        of(secret, "userKey"),  of(text, "userKeyFile"), of(secret, "token"),
    of(text, "tokenFile"), of(text, "title"),  of(text, "message"),    of(text, "url"),         of(text, "urlTitle"),
    of(text, "ttl"),       of(text, "device"), of(text, "sound"),      of(text, "priority"),    of(text, "retry"),
    of(text, "expire"),    of(scalar, "html"), of(scalar, "monospace")};
constexpr ResourceForm kPushoverResource{"an entry of pushoverConfigs", kPushover};

constexpr std::array kSigv4{of(text, "region"),  of(secret, "accessKey"), of(secret, "secretKey"),
                            of(text, "profile"), of(text, "roleArn"),     of(text, "externalID")};
constexpr ResourceForm kSigv4Resource{"sigv4", kSigv4};
constexpr std::array kSns{kSendResolved,
                          kHttpConfig,
                          of(text, "apiURL"),
                          one(kSigv4Resource, "sigv4"),
                          of(text, "topicARN"),
                          of(text, "subject"),
                          of(text, "phoneNumber"),
                          of(text, "targetARN"),
                          of(text, "message"),
                          of(text_map, "attributes"),
                          of(scalar, "useAWSHTTPClient", "use_aws_http_client")};
constexpr ResourceForm kSnsResource{"an entry of snsConfigs", kSns};

constexpr std::array kTelegram{kSendResolved,
                               kHttpConfig,
                               of(text, "apiURL"),
                               of(secret, "botToken"),
                               of(text, "botTokenFile"),
                               of(scalar, "chatID"),
                               of(scalar, "messageThreadID"),
                               of(text, "message"),
                               of(scalar, "disableNotifications"),
                               of(text, "parseMode")};
constexpr ResourceForm kTelegramResource{"an entry of telegramConfigs", kTelegram};

constexpr std::array kMsteams{kSendResolved,     kHttpConfig,         of(secret_url, "webhookUrl"),
                              of(text, "title"), of(text, "summary"), of(text, "text")};
constexpr ResourceForm kMsteamsResource{"an entry of msteamsConfigs", kMsteams};
constexpr std::array kMsteamsV2{kSendResolved, kHttpConfig, of(secret_url, "webhookURL"), of(text, "title"),
                                of(text, "text")};
constexpr ResourceForm kMsteamsV2Resource{"an entry of msteamsv2Configs", kMsteamsV2};

constexpr std::array kRocketchatAction{of(text, "text"), of(text, "url"), of(text, "msg")};
constexpr ResourceForm kRocketchatActionResource{"an entry of actions", kRocketchatAction};
constexpr std::array kRocketchat{kSendResolved,
                                 kHttpConfig,
                                 of(text, "apiURL"),
                                 of(text, "channel"),
                                 of(secret, "token"),
                                 of(secret, "tokenID"),
                                 of(text, "color"),
                                 of(text, "emoji"),
                                 of(text, "iconURL"),
                                 of(text, "text"),
                                 of(text, "title"),
                                 of(text, "titleLink"),
                                 many(kFieldResource, "fields"),
                                 of(scalar, "shortFields"),
                                 of(text, "imageURL"),
                                 of(text, "thumbURL"),
                                 of(scalar, "linkNames"),
                                 many(kRocketchatActionResource, "actions")};
constexpr ResourceForm kRocketchatResource{"an entry of rocketchatConfigs", kRocketchat};

constexpr std::array kAttachment{of(text, "fallback"),   of(text, "color"),
                                 of(text, "pretext"),    of(text, "text"),
                                 of(text, "authorName"), of(text, "authorLink"),
                                 of(text, "authorIcon"), of(text, "title"),
                                 of(text, "titleLink"),  many(kFieldResource, "fields"),
                                 of(text, "thumbURL"),   of(text, "footer"),
                                 of(text, "footerIcon"), of(text, "imageURL")};
constexpr ResourceForm kAttachmentResource{"an entry of attachments", kAttachment};
constexpr std::array kProps{of(text, "card")};
constexpr ResourceForm kPropsResource{"props", kProps};
constexpr std::array kPriority{of(text, "priority"), of(scalar, "requestedAck"), of(scalar, "persistentNotifications")};
constexpr ResourceForm kPriorityResource{"priority", kPriority};
constexpr std::array kMattermost{kSendResolved,
                                 kHttpConfig,
                                 of(secret_url, "webhookURL"),
                                 of(text, "channel"),
                                 of(text, "username"),
                                 of(text, "text"),
                                 of(text, "iconURL"),
                                 of(text, "iconEmoji"),
                                 many(kAttachmentResource, "attachments"),
                                 one(kPropsResource, "props"),
                                 one(kPriorityResource, "priority")};
constexpr ResourceForm kMattermostResource{"an entry of mattermostConfigs", kMattermost};

constexpr std::array kReceiver{many(kWebhookResource, "webhookConfigs"),
                               many(kEmailResource, "emailConfigs"),
                               many(kPagerdutyResource, "pagerdutyConfigs"),
                               many(kOpsgenieResource, "opsgenieConfigs"),
                               many(kWechatResource, "wechatConfigs"),
                               many(kSlackResource, "slackConfigs"),
                               many(kVictoropsResource, "victoropsConfigs"),
                               many(kPushoverResource, "pushoverConfigs"),
                               many(kSnsResource, "snsConfigs"),
                               many(kTelegramResource, "telegramConfigs"),
                               many(kDiscordResource, "discordConfigs"),
                               many(kWebexResource, "webexConfigs"),
                               many(kMsteamsResource, "msteamsConfigs"),
                               many(kMsteamsV2Resource, "msteamsv2Configs"),
                               many(kRocketchatResource, "rocketchatConfigs"),
                               many(kMattermostResource, "mattermostConfigs")};

bool is_capital(char c) {
  return c >= 'A' && c <= 'Z';
}

}  // namespace

constinit const ResourceForm kReceiverResource{"a receiver", kReceiver};

std::string snake_case(std::string_view name) {
  std::string text;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool begins = is_capital(name[i]) && i > 0 &&
                        (!is_capital(name[i - 1]) ||  // a run of capitals is a word, but for its last if more follows
                         (i + 1 < name.size() && !is_capital(name[i + 1])));
    if (begins) text += '_';
    text += is_capital(name[i]) ? static_cast<char>(name[i] - 'A' + 'a') : name[i];
  }
  return text;
}

}  // namespace firedrill::notify
