// Mattermost.
#include <array>

#include "notify/config/form/checks.h"
#include "notify/config/form/http_client.h"
#include "notify/config/receivers/kind.h"

namespace firedrill::notify::receivers {
namespace {

using namespace fields;

constexpr std::array kField{templated("title"), templated("value"), of(FieldType::optional_flag, "short")};
void check_field(Value& block, const FormContext& context) {
  want_one(block, {"title"}, context);
  want_one(block, {"value"}, context);
}
constexpr Form kFieldForm{"field", kField, check_field};

constexpr std::array kAttachment{templated("fallback"),    templated("color"),
                                 templated("pretext"),     templated("text"),
                                 templated("author_name"), templated("author_link"),
                                 templated("author_icon"), templated("title"),
                                 templated("title_link"),  block("fields", kFieldForm, FieldType::blocks),
                                 templated("thumb_url"),   templated("footer"),
                                 templated("footer_icon"), templated("image_url")};
constexpr Form kAttachmentForm{"attachment", kAttachment};
constexpr std::array kProps{templated("card")};
constexpr Form kPropsForm{"props", kProps};
constexpr std::array kPriority{templated("priority"), flag("requested_ack"), flag("persistent_notifications")};
constexpr Form kPriorityForm{"priority", kPriority};

constexpr std::array kFields{flag("send_resolved", true),
                             http_config(),
                             hidden(of(FieldType::url, "webhook_url")),
                             plain("webhook_url_file"),
                             templated("channel"),
                             templated("username", R"({{ template "mattermost.default.username" . }})"),
                             templated("text", R"({{ template "mattermost.default.text" . }})"),
                             templated("fallback", R"({{ template "mattermost.default.fallback" . }})"),
                             templated("color", R"({{ template "mattermost.default.color" . }})"),
                             templated("pretext"),
                             templated("author_name"),
                             templated("author_link"),
                             templated("author_icon"),
                             templated("title", R"({{ template "mattermost.default.title" . }})"),
                             templated("title_link", R"({{ template "mattermost.default.titlelink" . }})"),
                             block("fields", kFieldForm, FieldType::blocks),
                             templated("thumb_url"),
                             templated("footer"),
                             templated("footer_icon"),
                             templated("image_url"),
                             templated("icon_url"),
                             templated("icon_emoji"),
                             block("attachments", kAttachmentForm, FieldType::blocks),
                             templated("type"),
                             block("props", kPropsForm),
                             block("priority", kPriorityForm)};

void check(Value& block, const FormContext& context) {
  refuse_several(block, {"webhook_url", "webhook_url_file"}, context);
}

constexpr Form kForm{"mattermost_configs entry", kFields, check};

void complete(Value& block, const FormContext& context) {
  inherit(block, "http_config", "http_config", context);
  inherit_pair(block, "webhook_url", "mattermost_webhook_url", context);
  want_inherited(block, {"webhook_url", "webhook_url_file"}, "mattermost_webhook_url", context);
}

}  // namespace

IntegrationKind mattermost() {
  return {
      .name = "mattermost", .key = "mattermost_configs", .form = &kForm, .complete = complete, .since = Version::v0_33};
}

}  // namespace firedrill::notify::receivers
