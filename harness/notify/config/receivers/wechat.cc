// WeChat.
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

constexpr std::array kFields{flag("send_resolved"),
                             http_config(),
                             secret_template("api_secret"),
                             recent(plain("api_secret_file")),
                             templated("corp_id"),
                             templated("message", R"({{ template "wechat.default.message" . }})"),
                             of(FieldType::url, "api_url"),
                             templated("to_user", R"({{ template "wechat.default.to_user" . }})"),
                             templated("to_party", R"({{ template "wechat.default.to_party" . }})"),
                             templated("to_tag", R"({{ template "wechat.default.to_tag" . }})"),
                             templated("agent_id", R"({{ template "wechat.default.agent_id" . }})"),
                             plain("message_type")};

void check(Value& block, const FormContext& context) {
  refuse_several(block, {"api_secret", "api_secret_file"}, context);
  if (!block.filled("message_type")) block.set_text("message_type", "text");
  const std::string_view type = block.text_of("message_type");
  if (type == "text" || type == "markdown") return;
  report(*context.diagnostics, block.where_of("message_type"), format("'message_type' cannot be '{}'", type),
         "expected text or markdown");
}

constexpr Form kForm{"wechat_configs entry", kFields, check};

void complete(Value& block, const FormContext& context) {
  inherit(block, "http_config", "http_config", context);
  inherit(block, "api_url", "wechat_api_url", context);
  inherit_pair(block, "api_secret", "wechat_api_secret", context);
  inherit(block, "corp_id", "wechat_api_corp_id", context);
  want_inherited(block, {"api_url"}, "wechat_api_url", context);
  want_inherited(block, {"api_secret", "api_secret_file"}, "wechat_api_secret", context);
  want_inherited(block, {"corp_id"}, "wechat_api_corp_id", context);
  if (block.filled("api_url") && !block.text_of("api_url").ends_with('/')) block.at("api_url").text += '/';
}

}  // namespace

IntegrationKind wechat() {
  return {.name = "wechat", .key = "wechat_configs", .form = &kForm, .complete = complete};
}

}  // namespace firedrill::notify::receivers
