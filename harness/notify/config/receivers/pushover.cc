// Pushover.
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
                             secret_template("user_key"),
                             recent(plain("user_key_file")),
                             secret_template("token"),
                             recent(plain("token_file")),
                             templated("title", R"({{ template "pushover.default.title" . }})"),
                             templated("message", R"({{ template "pushover.default.message" . }})"),
                             templated("url", R"({{ template "pushover.default.url" . }})"),
                             templated("url_title"),
                             recent(templated("device")),
                             templated("sound"),
                             templated("priority", R"({{ if eq .Status "firing" }}2{{ else }}0{{ end }})"),
                             of(FieldType::go_duration, "retry", "1m"),
                             of(FieldType::go_duration, "expire", "1h"),
                             recent(of(FieldType::go_duration, "ttl")),
                             flag("html"),
                             recent(flag("monospace"))};

void check(Value& block, const FormContext& context) {
  want_exactly_one(block, {"user_key", "user_key_file"}, context);
  want_exactly_one(block, {"token", "token_file"}, context);
  if (!block.is_true("html") || !block.is_true("monospace")) return;
  report(*context.diagnostics, block.where_of("monospace"), "a message cannot be both html and monospace",
         "keep one of them");
}

constexpr Form kForm{"pushover_configs entry", kFields, check};

}  // namespace

IntegrationKind pushover() {
  return {.name = "pushover", .key = "pushover_configs", .form = &kForm, .complete = complete_client};
}

}  // namespace firedrill::notify::receivers
