// Jira.
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

constexpr std::array kFields{flag("send_resolved", true),
                             http_config(),
                             of(FieldType::url, "api_url"),
                             plain("api_type", "auto"),
                             templated("project"),
                             Field{.name = "summary",
                                   .type = FieldType::long_text,
                                   .default_text = R"({{ template "jira.default.summary" . }})",
                                   .templated = true},
                             Field{.name = "description",
                                   .type = FieldType::long_text,
                                   .default_text = R"({{ template "jira.default.description" . }})",
                                   .templated = true},
                             templated(FieldType::long_texts, "labels"),
                             templated("priority", R"({{ template "jira.default.priority" . }})"),
                             templated("issue_type"),
                             plain("reopen_transition"),
                             plain("resolve_transition"),
                             plain("wont_fix_resolution"),
                             of(FieldType::duration, "reopen_duration", "0s"),
                             templated(FieldType::any_map, "fields")};

void check(Value& block, const FormContext& context) {
  want_one(block, {"project"}, context);
  want_one(block, {"issue_type"}, context);
  const std::string_view type = block.text_of("api_type");
  if (type == "auto" || type == "cloud" || type == "datacenter") return;
  report(*context.diagnostics, block.where_of("api_type"), format("'api_type' cannot be '{}'", type),
         "expected auto, cloud or datacenter");
}

constexpr Form kForm{"jira_configs entry", kFields, check};

void complete(Value& block, const FormContext& context) {
  inherit(block, "http_config", "http_config", context);
  inherit(block, "api_url", "jira_api_url", context);
  want_inherited(block, {"api_url"}, "jira_api_url", context);
}

}  // namespace

IntegrationKind jira() {
  return {.name = "jira", .key = "jira_configs", .form = &kForm, .complete = complete, .since = Version::v0_33};
}

}  // namespace firedrill::notify::receivers
