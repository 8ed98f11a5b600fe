// Microsoft Teams, by connectors.
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
                             plain("webhook_url_file"),
                             templated("title", R"({{ template "msteams.default.title" . }})"),
                             templated("summary", R"({{ template "msteams.default.summary" . }})"),
                             templated("text", R"({{ template "msteams.default.text" . }})")};

void check(Value& block, const FormContext& context) {
  want_exactly_one(block, {"webhook_url", "webhook_url_file"}, context);
}

constexpr Form kForm{"msteams_configs entry", kFields, check};

}  // namespace

IntegrationKind msteams() {
  return {.name = "msteams",
          .key = "msteams_configs",
          .form = &kForm,
          .complete = complete_client,
          .since = Version::v0_33};
}

}  // namespace firedrill::notify::receivers
