// Webhooks (notify/webhook/config.go): any program that takes JSON.
#include <array>

#include "notify/config/form/checks.h"
#include "notify/config/form/http_client.h"
#include "notify/config/receivers/kind.h"

namespace firedrill::notify::receivers {
namespace {

using namespace fields;

constexpr std::array kFields{flag("send_resolved", true),
                             http_config(),
                             hidden(templated(FieldType::template_url, "url")),
                             recent(plain("url_file")),
                             of(FieldType::count, "max_alerts", "0"),
                             recent(of(FieldType::nanoseconds, "timeout", "0s")),
                             recent(templated(FieldType::any, "payload"))};

void check(Value& block, const FormContext& context) {
  want_exactly_one(block, {"url", "url_file"}, context);
}

constexpr Form kForm{"webhook_configs entry", kFields, check};

}  // namespace

IntegrationKind webhook() {
  return {.name = "webhook", .key = "webhook_configs", .form = &kForm, .complete = complete_client};
}

}  // namespace firedrill::notify::receivers
