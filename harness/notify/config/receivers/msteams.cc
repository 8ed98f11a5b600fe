// Microsoft Teams, by connectors.
#include <array>

#include "notify/config/form/checks.h"
#include "notify/config/form/http_client.h"
#include "notify/config/receivers/kind.h"

namespace firedrill::notify {
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

}  // namespace

constinit const Form kMsteamsForm{"msteams_configs entry", kFields, check};

}  // namespace firedrill::notify
