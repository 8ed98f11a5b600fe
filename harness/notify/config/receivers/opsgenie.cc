// Opsgenie.
#include <algorithm>
#include <array>
#include <string>

#include "base/report.h"
#include "base/text/format.h"
#include "notify/config/form/checks.h"
#include "notify/config/form/http_client.h"
#include "notify/config/receivers/kind.h"
#include "template/format/unicode.h"
#include "template/template_set.h"

namespace firedrill::notify::receivers {
namespace {

using namespace fields;

constexpr std::array kResponder{templated("id"), templated("name"), templated("username"), templated("type")};
constexpr Form kResponderForm{"responder", kResponder};

constexpr std::array kFields{flag("send_resolved", true),
                             http_config(),
                             secret_template("api_key"),
                             plain("api_key_file"),
                             of(FieldType::url, "api_url"),
                             templated("message", R"({{ template "opsgenie.default.message" . }})"),
                             templated("description", R"({{ template "opsgenie.default.description" . }})"),
                             templated("source", R"({{ template "opsgenie.default.source" . }})"),
                             templated(FieldType::text_map, "details"),
                             templated("entity"),
                             block("responders", kResponderForm, FieldType::blocks),
                             templated("actions"),
                             templated("tags"),
                             templated("note"),
                             templated("priority"),
                             flag("update_alerts")};

constexpr std::string_view kTypes[] = {"team", "teams", "user", "escalation", "schedule"};

void check_type(const Value& responder, const FormContext& context) {
  const std::string type = templates::to_lower(responder.text_of("type"));
  if (type.contains("{{")) {
    const auto parsed = templates::TemplateSet().add("", std::string(responder.text_of("type")));
    if (!parsed) {
      report(*context.diagnostics, responder.where_of("type"), parsed.error(),
             "Alertmanager parses this one without its own functions");
    }
    return;
  }
  if (std::ranges::find(kTypes, type) != std::end(kTypes)) return;
  report(*context.diagnostics, responder.where_of("type"), format("a responder cannot be of the type '{}'", type),
         "expected team, teams, user, escalation or schedule");
}

void check(Value& block, const FormContext& context) {
  refuse_several(block, {"api_key", "api_key_file"}, context);
  const Value* responders = block.find("responders");
  if (responders == nullptr) return;
  for (const Value& responder : responders->items) {
    want_one(responder, {"id", "name", "username"}, context);
    check_type(responder, context);
  }
}

constexpr Form kForm{"opsgenie_configs entry", kFields, check};

void complete(Value& block, const FormContext& context) {
  inherit(block, "http_config", "http_config", context);
  inherit(block, "api_url", "opsgenie_api_url", context);
  inherit_pair(block, "api_key", "opsgenie_api_key", context);
  want_inherited(block, {"api_url"}, "opsgenie_api_url", context);
  want_inherited(block, {"api_key", "api_key_file"}, "opsgenie_api_key", context);
  if (block.filled("api_url") && !block.text_of("api_url").ends_with('/')) block.at("api_url").text += '/';
}

}  // namespace

IntegrationKind opsgenie() {
  return {.name = "opsgenie", .key = "opsgenie_configs", .form = &kForm, .complete = complete};
}

}  // namespace firedrill::notify::receivers
