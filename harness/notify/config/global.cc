#include "notify/config/global.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/report.h"
#include "base/text/format.h"
#include "notify/config/form/checks.h"
#include "notify/config/form/http_client.h"

namespace firedrill::notify {
namespace {

using namespace fields;

constexpr std::array kGlobal{
    of(FieldType::duration, "resolve_timeout", "5m"),
    http_config(),
    recent(of(FieldType::url, "jira_api_url")),
    plain("smtp_from"),
    plain("smtp_hello", "localhost"),
    of(FieldType::host_port, "smtp_smarthost"),
    plain("smtp_auth_username"),
    secret("smtp_auth_password"),
    plain("smtp_auth_password_file"),
    secret("smtp_auth_secret"),
    recent(plain("smtp_auth_secret_file")),
    plain("smtp_auth_identity"),
    flag("smtp_require_tls", true),
    recent(block("smtp_tls_config", kTlsForm)),
    recent(of(FieldType::optional_flag, "smtp_force_implicit_tls")),
    hidden(of(FieldType::url, "slack_api_url")),
    plain("slack_api_url_file"),
    recent(secret("slack_app_token")),
    recent(plain("slack_app_token_file")),
    recent(of(FieldType::url, "slack_app_url", "https://slack.com/api/chat.postMessage")),
    of(FieldType::url, "pagerduty_url", "https://events.pagerduty.com/v2/enqueue"),
    of(FieldType::url, "opsgenie_api_url", "https://api.opsgenie.com/"),
    secret("opsgenie_api_key"),
    plain("opsgenie_api_key_file"),
    of(FieldType::url, "wechat_api_url", "https://qyapi.weixin.qq.com/cgi-bin/"),
    secret("wechat_api_secret"),
    recent(plain("wechat_api_secret_file")),
    plain("wechat_api_corp_id"),
    of(FieldType::url, "victorops_api_url", "https://alert.victorops.com/integrations/generic/20131114/alert/"),
    secret("victorops_api_key"),
    plain("victorops_api_key_file"),
    of(FieldType::url, "telegram_api_url", "https://api.telegram.org"),
    recent(secret("telegram_bot_token")),
    recent(plain("telegram_bot_token_file")),
    of(FieldType::url, "webex_api_url", "https://webexapis.com/v1/messages"),
    recent(of(FieldType::url, "rocketchat_api_url", "https://open.rocket.chat/")),
    recent(secret("rocketchat_token")),
    recent(plain("rocketchat_token_file")),
    recent(secret("rocketchat_token_id")),
    recent(plain("rocketchat_token_id_file")),
    recent(hidden(of(FieldType::url, "mattermost_webhook_url"))),
    recent(plain("mattermost_webhook_url_file"))};

// A text and the file that may hold it.
constexpr std::string_view kPairs[] = {"slack_app_token",   "slack_api_url",         "opsgenie_api_key",
                                       "victorops_api_key", "telegram_bot_token",    "smtp_auth_password",
                                       "rocketchat_token",  "rocketchat_token_id",   "smtp_auth_secret",
                                       "wechat_api_secret", "mattermost_webhook_url"};

void check_global(Value& block, const FormContext& context) {
  for (const std::string_view key : kPairs) refuse_several(block, {key, format("{}_file", key)}, context);
  const bool token = block.filled("slack_app_token") || block.filled("slack_app_token_file");
  const bool url = block.filled("slack_api_url") || block.filled("slack_api_url_file");
  if (!token || !url || block.text_of("slack_api_url") == block.text_of("slack_app_url")) return;
  report(*context.diagnostics, block.where, "'global' has both the address of a Slack webhook and the token of an app",
         "keep `slack_api_url:` or `slack_app_token:`");
}

constexpr std::array kTracing{plain("client_type", "grpc"),
                              plain("endpoint"),
                              of(FieldType::number, "sampling_fraction"),
                              flag("insecure"),
                              block("tls_config", kTlsForm),
                              block("headers", kHeaderForm, FieldType::named_blocks),
                              plain("compression"),
                              of(FieldType::duration, "timeout")};

void refuse_other(const Value& block, std::string_view key, std::initializer_list<std::string_view> allowed,
                  std::string_view expected, const FormContext& context) {
  const std::string_view text = block.text_of(key);
  if (std::ranges::find(allowed, text) != allowed.end()) return;
  report(*context.diagnostics, block.where_of(key), format("'{}' cannot be '{}'", key, text), std::string(expected));
}

void check_tracing(Value& block, const FormContext& context) {
  want_one(block, {"endpoint"}, context);
  refuse_other(block, "client_type", {"grpc", "http"}, "expected grpc or http", context);
  refuse_other(block, "compression", {"", "gzip"}, "expected gzip", context);
}

constexpr std::array kFileOutput{plain("path")};
void check_file_output(Value& block, const FormContext& context) {
  want_one(block, {"path"}, context);
}
constexpr Form kFileOutputForm{"file output", kFileOutput, check_file_output};

constexpr std::array kWebhookOutput{hidden(of(FieldType::url, "url")),     http_config(),
                                    of(FieldType::duration, "timeout"),    of(FieldType::integer, "workers"),
                                    of(FieldType::integer, "max_retries"), of(FieldType::duration, "retry_backoff")};
void check_webhook_output(Value& block, const FormContext& context) {
  want_one(block, {"url"}, context);
}
constexpr Form kWebhookOutputForm{"webhook output", kWebhookOutput, check_webhook_output};

constexpr std::array kKafkaOutput{of(FieldType::texts, "brokers"),
                                  plain("topic"),
                                  plain("client_id"),
                                  plain("acks"),
                                  plain("compression"),
                                  plain("format"),
                                  of(FieldType::integer, "buffer_size"),
                                  block("tls_config", kTlsForm)};
constexpr Form kKafkaOutputForm{"kafka output", kKafkaOutput};

constexpr std::array kEventRecorder{block("file_outputs", kFileOutputForm, FieldType::blocks),
                                    block("webhook_outputs", kWebhookOutputForm, FieldType::blocks),
                                    block("kafka_outputs", kKafkaOutputForm, FieldType::blocks)};

}  // namespace

constinit const Form kGlobalForm{"global", kGlobal, check_global};
constinit const Form kTracingForm{"tracing", kTracing, check_tracing};
constinit const Form kEventRecorderForm{"event_recorder", kEventRecorder};

}  // namespace firedrill::notify
