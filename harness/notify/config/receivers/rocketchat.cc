// Rocket.Chat.
#include <array>

#include "notify/config/form/checks.h"
#include "notify/config/form/http_client.h"
#include "notify/config/receivers/kind.h"

namespace firedrill::notify::receivers {
namespace {

using namespace fields;

constexpr std::array kField{of(FieldType::optional_flag, "short"), templated("title"), templated("value")};
constexpr Form kFieldForm{"field", kField};
// Fields without a name of their own have Go's, in small letters.
constexpr std::array kAction{templated("type"),     templated("text"),       templated("url"),
                             templated("imageurl"), flag("iswebview"),       templated("webviewheightratio"),
                             templated("msg"),      flag("msginchatwindow"), templated("msgprocessingtype")};
constexpr Form kActionForm{"action", kAction};

constexpr std::array kFields{flag("send_resolved"),
                             http_config(),
                             of(FieldType::url, "api_url"),
                             secret("token_id"),
                             plain("token_id_file"),
                             secret("token"),
                             plain("token_file"),
                             templated("channel"),
                             templated("color", R"({{ if eq .Status "firing" }}red{{ else }}green{{ end }})"),
                             templated("title", R"({{ template "rocketchat.default.title" . }})"),
                             templated("title_link", R"({{ template "rocketchat.default.titlelink" . }})"),
                             templated("text", R"({{ template "rocketchat.default.text" . }})"),
                             block("fields", kFieldForm, FieldType::blocks),
                             flag("short_fields"),
                             templated("emoji", R"({{ template "rocketchat.default.emoji" . }})"),
                             templated("icon_url", R"({{ template "rocketchat.default.iconurl" . }})"),
                             templated("image_url"),
                             templated("thumb_url"),
                             flag("link_names"),
                             block("actions", kActionForm, FieldType::blocks)};

void check(Value& block, const FormContext& context) {
  refuse_several(block, {"token", "token_file"}, context);
  refuse_several(block, {"token_id", "token_id_file"}, context);
}

constexpr Form kForm{"rocketchat_configs entry", kFields, check};

void complete(Value& block, const FormContext& context) {
  inherit(block, "http_config", "http_config", context);
  inherit(block, "api_url", "rocketchat_api_url", context);
  inherit(block, "token_id", "rocketchat_token_id", context);
  inherit(block, "token_id_file", "rocketchat_token_id_file", context);
  inherit(block, "token", "rocketchat_token", context);
  inherit(block, "token_file", "rocketchat_token_file", context);
  want_inherited(block, {"token_id", "token_id_file"}, "rocketchat_token_id", context);
  want_inherited(block, {"token", "token_file"}, "rocketchat_token", context);
}

}  // namespace

IntegrationKind rocketchat() {
  return {
      .name = "rocketchat", .key = "rocketchat_configs", .form = &kForm, .complete = complete, .since = Version::v0_33};
}

}  // namespace firedrill::notify::receivers
