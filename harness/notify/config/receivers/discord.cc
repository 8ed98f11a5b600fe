// Discord.
#include <array>

#include "notify/config/form/checks.h"
#include "notify/config/form/http_client.h"
#include "notify/config/receivers/kind.h"

namespace firedrill::notify::receivers {
namespace {

using namespace fields;

constexpr std::array kFields{flag("send_resolved", true),
                             http_config(),
                             hidden(of(FieldType::url, "webhook_url")),
                             recent(plain("webhook_url_file")),
                             recent(templated("content")),
                             templated("title", R"({{ template "discord.default.title" . }})"),
                             templated("message", R"({{ template "discord.default.message" . }})"),
                             recent(plain("username")),
                             recent(plain("avatar_url"))};

void check(Value& block, const FormContext& context) {
  want_exactly_one(block, {"webhook_url", "webhook_url_file"}, context);
}

constexpr Form kForm{"discord_configs entry", kFields, check};

}  // namespace

IntegrationKind discord() {
  return {.name = "discord", .key = "discord_configs", .form = &kForm, .complete = complete_client};
}

}  // namespace firedrill::notify::receivers
