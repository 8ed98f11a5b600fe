// incident.io.
#include <array>

#include "base/report.h"
#include "notify/config/form/checks.h"
#include "notify/config/form/http_client.h"
#include "notify/config/receivers/kind.h"

namespace firedrill::notify::receivers {
namespace {

using namespace fields;

constexpr std::array kFields{flag("send_resolved", true),
                             http_config(),
                             of(FieldType::url, "url"),
                             plain("url_file"),
                             secret("alert_source_token"),
                             plain("alert_source_token_file"),
                             of(FieldType::count, "max_alerts", "0"),
                             of(FieldType::nanoseconds, "timeout", "0s")};

void check(Value& block, const FormContext& context) {
  want_exactly_one(block, {"url", "url_file"}, context);
  refuse_several(block, {"alert_source_token", "alert_source_token_file"}, context);
  const Value* client = block.find("http_config");
  if (client == nullptr) return;
  const bool authorization = client->find("authorization") != nullptr;
  const bool token = block.filled("alert_source_token") || block.filled("alert_source_token_file");
  if (authorization != token) return;
  report(*context.diagnostics, block.where,
         token ? "both a token and an authorization in http_config are given"
               : "there is neither a token nor an authorization in http_config",
         token ? "keep one of them" : "add `alert_source_token: …`");
}

constexpr Form kForm{"incidentio_configs entry", kFields, check};

}  // namespace

IntegrationKind incidentio() {
  return {.name = "incidentio",
          .key = "incidentio_configs",
          .form = &kForm,
          .complete = complete_client,
          .since = Version::v0_33};
}

}  // namespace firedrill::notify::receivers
