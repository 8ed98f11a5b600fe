// What integrations take from `global` and fill in by themselves, a row each; and what versions refuse of them.
#include <gtest/gtest.h>

#include "notify/config/load.h"
#include "yaml/document.h"

namespace firedrill::notify {
namespace {

std::optional<Configuration> load(const std::string& global, const std::string& receiver, Version version,
                                  Diagnostics& found) {
  const std::string text =
      "global: {" + global + "}\nroute: {receiver: r}\nreceivers:\n  - {name: r, " + receiver + "}\n";
  const auto document = yaml::Document::parse(make_source("am.yml", text), found, yaml::Dialect::prometheus);
  return decode_configuration(*document, {.version = version, .syntax = {}}, found);
}

// What is wrong, sentence by sentence.
std::string faults(const std::string& global, const std::string& receiver, Version version = kNewest) {
  Diagnostics found;
  load(global, receiver, version, found);
  std::string all;
  for (const Diagnostic& each : found) all += (all.empty() ? "" : "; ") + each.what;
  return all;
}

// The text at a path such as "http_config.proxy_url" of the one integration; "absent" if there is none.
std::string setting(const std::string& global, const std::string& receiver, std::string_view path,
                    Version version = kNewest) {
  Diagnostics found;
  const auto configuration = load(global, receiver, version, found);
  if (!configuration) return render(found);
  const Value* value = &configuration->receivers[0].integrations[0].settings;
  while (value != nullptr && !path.empty()) {
    const std::string_view key = path.substr(0, path.find('.'));
    value = value->find(key);
    path.remove_prefix(std::min(path.size(), key.size() + 1));
  }
  return value == nullptr ? "absent" : value->text;
}

struct Inherited {
  std::string receiver;
  std::string global;
  std::string_view path;
  std::string expected;
};

const std::string kMail = "email_configs: [{to: a@b, from: c@d, smarthost: 'smtp:25'";
const std::string kProxy = "http_config: {proxy_url: 'http://proxy'}";
const std::string kVictorops = "victorops_configs: [{routing_key: r, api_key: k";
const std::string kWechat = "wechat_configs: [{api_secret: k, corp_id: c";

const std::vector<Inherited> kInherited = {
    {"webhook_configs: [{url: 'http://w'}]", kProxy, "http_config.proxy_url", "http://proxy"},
    {"webhook_configs: [{url: 'http://w', http_config: {follow_redirects: false}}]", kProxy, "http_config.proxy_url",
     "absent"},
    {"discord_configs: [{webhook_url: 'http://w'}]", kProxy, "http_config.proxy_url", "http://proxy"},
    {"msteams_configs: [{webhook_url: 'http://w'}]", kProxy, "http_config.proxy_url", "http://proxy"},
    {"msteamsv2_configs: [{webhook_url: 'http://w'}]", kProxy, "http_config.proxy_url", "http://proxy"},
    {"incidentio_configs: [{url: 'http://w', alert_source_token: k}]", kProxy, "http_config.proxy_url", "http://proxy"},
    {"pushover_configs: [{user_key: u, token: k}]", kProxy, "http_config.proxy_url", "http://proxy"},
    {"sns_configs: [{topic_arn: a}]", kProxy, "http_config.proxy_url", "http://proxy"},
    {"jira_configs: [{project: p, issue_type: t, api_url: 'http://j'}]", kProxy, "http_config.proxy_url",
     "http://proxy"},
    {"jira_configs: [{project: p, issue_type: t}]", "jira_api_url: 'http://j'", "api_url", "http://j"},
    {"mattermost_configs: [{webhook_url: 'http://w'}]", kProxy, "http_config.proxy_url", "http://proxy"},
    {"mattermost_configs: [{channel: c}]", "mattermost_webhook_url: 'http://m'", "webhook_url", "http://m"},
    {"mattermost_configs: [{channel: c}]", "mattermost_webhook_url_file: m", "webhook_url_file", "m"},
    {"mattermost_configs: [{webhook_url_file: own}]", "mattermost_webhook_url: 'http://m'", "webhook_url", "absent"},
    {"rocketchat_configs: [{token: k, token_id: i}]", kProxy, "http_config.proxy_url", "http://proxy"},
    {"rocketchat_configs: [{token: k, token_id: i}]", "", "api_url", "https://open.rocket.chat/"},
    {"rocketchat_configs: [{}]", "rocketchat_token: k, rocketchat_token_id: i", "token", "k"},
    {"rocketchat_configs: [{}]", "rocketchat_token: k, rocketchat_token_id: i", "token_id", "i"},
    {"rocketchat_configs: [{}]", "rocketchat_token_file: k, rocketchat_token_id_file: i", "token_file", "k"},
    {"rocketchat_configs: [{}]", "rocketchat_token_file: k, rocketchat_token_id_file: i", "token_id_file", "i"},
    {"webex_configs: [{room_id: r, http_config: {bearer_token: k}}]", "", "api_url",
     "https://webexapis.com/v1/messages"},
    {"telegram_configs: [{bot_token: k, chat_id: 1}]", kProxy, "http_config.proxy_url", "http://proxy"},
    {"telegram_configs: [{bot_token: k, chat_id: 1}]", "", "api_url", "https://api.telegram.org"},
    {"telegram_configs: [{chat_id: 1}]", "telegram_bot_token: k", "bot_token", "k"},
    {"telegram_configs: [{chat_id: 1}]", "telegram_bot_token_file: k", "bot_token_file", "k"},
    {"telegram_configs: [{chat_id: 1, bot_token: own}]", "telegram_bot_token_file: k", "bot_token_file", "absent"},
    {kVictorops + "}]", kProxy, "http_config.proxy_url", "http://proxy"},
    {kVictorops + "}]", "", "api_url", "https://alert.victorops.com/integrations/generic/20131114/alert/"},
    {kVictorops + ", api_url: 'http://v/a'}]", "", "api_url", "http://v/a/"},
    {"victorops_configs: [{routing_key: r}]", "victorops_api_key: k", "api_key", "k"},
    {"victorops_configs: [{routing_key: r}]", "victorops_api_key_file: k", "api_key_file", "k"},
    {kWechat + "}]", kProxy, "http_config.proxy_url", "http://proxy"},
    {kWechat + "}]", "", "message_type", "text"},
    {kWechat + "}]", "wechat_api_url: 'http://w/a'", "api_url", "http://w/a/"},
    {kWechat + ", api_url: 'http://w/b/'}]", "", "api_url", "http://w/b/"},
    {"wechat_configs: [{api_secret: k}]", "wechat_api_corp_id: c", "corp_id", "c"},
    {"wechat_configs: [{corp_id: c}]", "wechat_api_secret_file: k", "api_secret_file", "k"},
    {"opsgenie_configs: [{api_key: k}]", kProxy, "http_config.proxy_url", "http://proxy"},
    {"opsgenie_configs: [{api_key: k}]", "opsgenie_api_url: 'http://o/a'", "api_url", "http://o/a/"},
    {"opsgenie_configs: [{api_key: k}]", "opsgenie_api_url: 'http://o/a/'", "api_url", "http://o/a/"},
    {"opsgenie_configs: [{}]", "opsgenie_api_key_file: k", "api_key_file", "k"},
    {"pagerduty_configs: [{routing_key: k}]", kProxy, "http_config.proxy_url", "http://proxy"},
    {"pagerduty_configs: [{routing_key: k}]", "pagerduty_url: 'http://p'", "url", "http://p"},
    {"pagerduty_configs: [{routing_key: k, client: c}]", "", "source", "c"},
    {"pagerduty_configs: [{routing_key: k, client: c, source: s}]", "", "source", "s"},
    {"pagerduty_configs: [{routing_key: k, details: {firing: own}}]", "", "details.firing", "own"},
    {"pagerduty_configs: [{routing_key: k, details: {firing: own}}]", "", "details.num_firing",
     "{{ .Alerts.Firing | len }}"},
    {"slack_configs: [{api_url: 'http://s'}]", kProxy, "http_config.proxy_url", "http://proxy"},
    {"slack_configs: [{channel: c}]", "slack_api_url_file: s", "api_url_file", "s"},
    {"slack_configs: [{channel: c}]", "slack_app_token: k", "http_config.authorization.credentials", "k"},
    {"slack_configs: [{channel: c}]", "slack_app_token_file: k", "http_config.authorization.credentials_file", "k"},
    {"slack_configs: [{channel: c}]", "slack_app_token: k", "http_config.authorization.type", "Bearer"},
    {"slack_configs: [{channel: c}]", "slack_app_token: k", "api_url", "https://slack.com/api/chat.postMessage"},
    {"slack_configs: [{channel: c}]", "slack_app_token: k, slack_app_url: 'http://a'", "api_url", "http://a"},
    {"slack_configs: [{channel: c, app_url: 'http://own'}]", "slack_app_token: k", "api_url", "http://own"},
    {"slack_configs: [{channel: c, api_url: 'http://own'}]", "slack_app_token: k", "api_url", "http://own"},
    {"slack_configs: [{channel: c, color: ''}]", "slack_api_url: 'http://s'", "color", ""},
    {"slack_configs: [{channel: c}]", "slack_api_url: 'http://s'", "color",
     R"({{ template "slack.default.color" . }})"},
    {"slack_configs: [{update_message: true, api_url: 'https://slack.com/api/chat.postMessage'}]", "", "update_message",
     "true"},
    {kMail + "}]", "smtp_tls_config: {server_name: s}", "tls_config.server_name", "s"},
    {kMail + "}]", "", "hello", "localhost"},
    {kMail + "}]", "smtp_auth_username: u", "auth_username", "u"},
    {kMail + "}]", "smtp_auth_password: p", "auth_password", "p"},
    {kMail + "}]", "smtp_auth_password_file: p", "auth_password_file", "p"},
    {kMail + ", auth_password: own}]", "smtp_auth_password_file: p", "auth_password_file", "absent"},
    {kMail + "}]", "smtp_auth_secret: p", "auth_secret", "p"},
    {kMail + "}]", "smtp_auth_secret_file: p", "auth_secret_file", "p"},
    {kMail + "}]", "smtp_auth_identity: i", "auth_identity", "i"},
    {kMail + "}]", "", "require_tls", "true"},
    {kMail + "}]", "smtp_require_tls: false", "require_tls", "false"},
    {kMail + ", require_tls: true}]", "smtp_require_tls: false", "require_tls", "true"},
    {kMail + "}]", "smtp_force_implicit_tls: true", "force_implicit_tls", "true"},
    {kMail + "}]", "", "headers.Subject", R"({{ template "email.default.subject" . }})"},
    {kMail + "}]", "", "headers.To", "a@b"},
    {kMail + "}]", "", "headers.From", "c@d"},
    {kMail + ", headers: {sUBJECT: s, x-tEAM: t, 'not a name': n}}]", "", "headers.Subject", "s"},
    {kMail + ", headers: {sUBJECT: s, x-tEAM: t, 'not a name': n}}]", "", "headers.X-Team", "t"},
    {kMail + ", headers: {sUBJECT: s, x-tEAM: t, 'not a name': n}}]", "", "headers.not a name", "n"},
};

TEST(Receivers, TakeWhatGlobalHas) {
  for (const Inherited& each : kInherited) {
    EXPECT_EQ(setting(each.global, each.receiver, each.path), each.expected)
        << each.receiver << " of {" << each.global << "}: " << each.path;
  }
}

struct Refused {
  std::string receiver;
  std::string in_0_25;
  std::string in_0_33;
};

const std::string kHttp = "webhook_configs: [{url: 'http://w', http_config: ";

// Where the two versions differ in what they check.
const std::vector<Refused> kRefused = {
    {"telegram_configs: [{chat_id: 1}]", "'bot_token' is missing",
     "'bot_token' or 'bot_token_file' is missing, and 'global' has none"},
    {"pagerduty_configs: [{routing_key: k, details: {a: {b: c}, d: [e], f: g}}]",
     "'a' in 'details' must be a text; 'd' in 'details' must be a text", ""},
    {kHttp + "{tls_config: {cert_file: c}}}]", "", "the client's certificate lacks its key"},
    {kHttp + "{tls_config: {key_file: c}}}]", "", "the client's key lacks its certificate"},
    {kHttp + "{oauth2: {client_id: i, token_url: u}}}]", "'client_secret' or 'client_secret_file' is missing", ""},
    {kHttp + "{oauth2: {client_id: i, token_url: u, client_secret_file: s}}}]", "", ""},
    {"slack_configs: [{channel: c}]", "'api_url' or 'api_url_file' is missing, and 'global' has none",
     "'api_url' or 'api_url_file' is missing, and 'global' has none"},
};

TEST(Receivers, AreRefusedAsByEachVersion) {
  for (const Refused& each : kRefused) {
    EXPECT_EQ(faults("", each.receiver, Version::v0_25), each.in_0_25) << each.receiver;
    EXPECT_EQ(faults("", each.receiver), each.in_0_33) << each.receiver;
  }
}

TEST(Receivers, HaveTheDefaultsOfEachVersion) {
  const std::string slack = "slack_configs: [{api_url: 'http://s'}]";
  EXPECT_EQ(setting("", slack, "color", Version::v0_25),
            R"({{ if eq .Status "firing" }}danger{{ else }}good{{ end }})");
  const std::string pager = "pagerduty_configs: [{routing_key: k}]";
  EXPECT_EQ(setting("", pager, "details.firing", Version::v0_25),
            R"({{ template "pagerduty.default.instances" .Alerts.Firing }})");
  EXPECT_EQ(setting("", pager, "details.firing"), "{{ .Alerts.Firing | toJson }}");
}

TEST(Global, RefusesATextBesideItsFile) {
  const std::string webhook = "webhook_configs: [{url: 'http://w'}]";
  EXPECT_EQ(faults("smtp_auth_secret: k, smtp_auth_secret_file: f", webhook),
            "of smtp_auth_secret, smtp_auth_secret_file only one may be given");
  EXPECT_EQ(faults("smtp_auth_password: k, smtp_auth_password_file: f", webhook, Version::v0_25),
            "of smtp_auth_password, smtp_auth_password_file only one may be given");
}

// The address of the app itself is no webhook beside its token.
TEST(Global, TakesTheAppsAddressForTheWebhooks) {
  const std::string webhook = "webhook_configs: [{url: 'http://w'}]";
  const std::string token = "slack_app_token: k, slack_api_url: ";
  EXPECT_EQ(faults(token + "'https://slack.com/api/chat.postMessage'", webhook), "");
  EXPECT_EQ(faults(token + "'https://hooks.example.org'", webhook),
            "'global' has both the address of a Slack webhook and the token of an app");
  EXPECT_EQ(faults("slack_app_token_file: k, slack_api_url_file: u", webhook),
            "'global' has both the address of a Slack webhook and the token of an app");
}

TEST(Servers, ReadWhatIsSound) {
  const std::string webhook = "webhook_configs: [{url: 'http://w'}]";
  const std::string sound =
      "}\ntracing: {endpoint: 'otel:4317', client_type: http, compression: gzip}\n"
      "event_recorder: {file_outputs: [{path: p}], webhook_outputs: [{url: 'http://e'}]";
  EXPECT_EQ(faults(sound, webhook), "");
  EXPECT_EQ(faults("}\ntracing: {endpoint: 'otel:4317', compression: ''", webhook), "");
  EXPECT_EQ(faults("}\ntracing: {endpoint: 'otel:4317'", webhook, Version::v0_25),
            "Alertmanager 0.25 has no 'tracing'");
}

}  // namespace
}  // namespace firedrill::notify
