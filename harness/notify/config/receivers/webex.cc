// Webex.
#include <array>

#include "base/report.h"
#include "notify/config/form/checks.h"
#include "notify/config/form/http_client.h"
#include "notify/config/receivers/kind.h"

namespace firedrill::notify::receivers {
namespace {

using namespace fields;

constexpr std::array kFields{flag("send_resolved", true), http_config(), of(FieldType::url, "api_url"),
                             templated("message", R"({{ template "webex.default.message" . }})"), templated("room_id")};

void check(Value& block, const FormContext& context) {
  want_one(block, {"room_id"}, context);
  const Value* client = block.find("http_config");
  if (client != nullptr && client->find("authorization") != nullptr) return;
  report(*context.diagnostics, block.where, "webex wants an authorization",
         "add `http_config: {authorization: {credentials: …}}`");
}

constexpr Form kForm{"webex_configs entry", kFields, check};

void complete(Value& block, const FormContext& context) {
  inherit(block, "http_config", "http_config", context);
  inherit(block, "api_url", "webex_api_url", context);
  want_inherited(block, {"api_url"}, "webex_api_url", context);
}

}  // namespace

IntegrationKind webex() {
  return {.name = "webex", .key = "webex_configs", .form = &kForm, .complete = complete};
}

}  // namespace firedrill::notify::receivers
