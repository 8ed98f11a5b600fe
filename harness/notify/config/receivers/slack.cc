// Slack, by incoming webhooks or as an app.
#include <algorithm>
#include <array>
#include <string>

#include "base/report.h"
#include "base/text/format.h"
#include "notify/config/form/checks.h"
#include "notify/config/form/http_client.h"
#include "notify/config/receivers/kind.h"

namespace firedrill::notify::receivers {
namespace {

using namespace fields;

constexpr std::array kConfirmation{templated("text"), templated("title"), templated("ok_text"),
                                   templated("dismiss_text")};
void check_confirmation(Value& block, const FormContext& context) {
  want_one(block, {"text"}, context);
}
constexpr Form kConfirmationForm{"confirm", kConfirmation, check_confirmation};

constexpr std::array kAction{templated("type"),
                             templated("text"),
                             templated("url"),
                             templated("style"),
                             templated("name"),
                             templated("value"),
                             block("confirm", kConfirmationForm)};
void check_action(Value& block, const FormContext& context) {
  want_one(block, {"type"}, context);
  want_one(block, {"text"}, context);
  want_one(block, {"url", "name"}, context);
}
constexpr Form kActionForm{"action", kAction, check_action};

constexpr std::array kField{templated("title"), templated("value"), of(FieldType::optional_flag, "short")};
void check_field(Value& block, const FormContext& context) {
  want_one(block, {"title"}, context);
  want_one(block, {"value"}, context);
}
constexpr Form kFieldForm{"field", kField, check_field};

constexpr std::array kFields{flag("send_resolved"),
                             http_config(),
                             hidden(of(FieldType::url, "api_url")),
                             plain("api_url_file"),
                             recent(secret("app_token")),
                             recent(plain("app_token_file")),
                             recent(of(FieldType::url, "app_url")),
                             templated("channel"),
                             templated("username", R"({{ template "slack.default.username" . }})"),
                             templated("color"),
                             templated("title", R"({{ template "slack.default.title" . }})"),
                             templated("title_link", R"({{ template "slack.default.titlelink" . }})"),
                             templated("pretext", R"({{ template "slack.default.pretext" . }})"),
                             templated("text", R"({{ template "slack.default.text" . }})"),
                             recent(templated("message_text")),
                             block("fields", kFieldForm, FieldType::blocks),
                             flag("short_fields"),
                             templated("footer", R"({{ template "slack.default.footer" . }})"),
                             templated("fallback", R"({{ template "slack.default.fallback" . }})"),
                             templated("callback_id", R"({{ template "slack.default.callbackid" . }})"),
                             templated("icon_emoji", R"({{ template "slack.default.iconemoji" . }})"),
                             templated("icon_url", R"({{ template "slack.default.iconurl" . }})"),
                             templated("image_url"),
                             templated("thumb_url"),
                             flag("link_names"),
                             of(FieldType::texts, "mrkdwn_in"),
                             block("actions", kActionForm, FieldType::blocks),
                             recent(flag("update_message")),
                             recent(of(FieldType::nanoseconds, "timeout", "0s"))};

constexpr NewerKey kNewer[] = {{"post_updates_to_thread"}};

constexpr std::string_view kBotUrl = "https://slack.com/api/chat.postMessage";

bool has_color(const Value& block) {
  return std::ranges::any_of(block.entries, [](const auto& entry) { return entry.first == "color"; });
}

void check(Value& block, const FormContext& context) {
  if (!has_color(block)) {
    block.set_text("color",
                   context.version < Version::v0_33 ? R"({{ if eq .Status "firing" }}danger{{ else }}good{{ end }})"
                                                    : R"({{ template "slack.default.color" . }})",
                   true);
  }
  refuse_several(block, {"api_url", "api_url_file"}, context);
  refuse_several(block, {"app_token", "app_token_file"}, context);
  const bool url = block.filled("api_url") || block.filled("api_url_file");
  const bool token = block.filled("app_token") || block.filled("app_token_file");
  if (url && token) {
    report(*context.diagnostics, block.where, "both the address of a webhook and the token of an app are given",
           "keep `api_url:` or `app_token:`");
  }
  if (!block.is_true("update_message") || block.text_of("api_url") == kBotUrl) return;
  report(*context.diagnostics, block.where_of("update_message"), "webhooks cannot change a message",
         format("set `api_url: {}`, with the token of an app", kBotUrl));
}

// An app's token goes to the app's address, as the authorization of the request.
void use_token(Value& block, const FormContext& context) {
  Value& client = block.at("http_config");
  client.kind = Value::Kind::map;
  if (client.find("authorization") != nullptr) {
    report(*context.diagnostics, block.where, "the token of an app is an authorization, and http_config has another",
           "keep one of them");
    return;
  }
  Value& authorization = client.at("authorization");
  authorization.kind = Value::Kind::map;
  authorization.set_text("type", "Bearer");
  authorization.at("credentials") = block.at("app_token");
  authorization.set_text("credentials_file", std::string(block.text_of("app_token_file")));
  block.at("api_url") = block.at("app_url");
}

constexpr Form kForm{"slack_configs entry", kFields, check, kNewer};

void complete(Value& block, const FormContext& context) {
  if (context.version >= Version::v0_33) {
    inherit(block, "app_url", "slack_app_url", context);
    want_inherited(block, {"app_url"}, "slack_app_url", context);
    const Value* client = block.find("http_config");
    const bool authorized = client != nullptr && client->find("authorization") != nullptr;
    if (!authorized && !block.filled("api_url")) inherit_pair(block, "app_token", "slack_app_token", context);
  }
  inherit_pair(block, "api_url", "slack_api_url", context);
  inherit(block, "http_config", "http_config", context);
  const bool token = block.filled("app_token") || block.filled("app_token_file");
  if (token) {
    use_token(block, context);
  } else {
    want_inherited(block, {"api_url", "api_url_file"}, "slack_api_url", context);
  }
}

}  // namespace

IntegrationKind slack() {
  return {.name = "slack", .key = "slack_configs", .form = &kForm, .complete = complete};
}

}  // namespace firedrill::notify::receivers
