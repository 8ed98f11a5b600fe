// VictorOps, now Splunk On-Call.
#include <algorithm>
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

constexpr std::array kFields{
    flag("send_resolved", true),
    http_config(),
    secret("api_key"),
    plain("api_key_file"),
    of(FieldType::url, "api_url"),
    templated("routing_key"),
    templated("message_type", "CRITICAL"),
    templated("state_message", R"({{ template "victorops.default.state_message" . }})"),
    templated("entity_display_name", R"({{ template "victorops.default.entity_display_name" . }})"),
    templated("monitoring_tool", R"({{ template "victorops.default.monitoring_tool" . }})"),
    templated(FieldType::text_map, "custom_fields")};

constexpr std::string_view kReserved[] = {"routing_key",     "message_type", "state_message", "entity_display_name",
                                          "monitoring_tool", "entity_id",    "entity_state"};

void check(Value& block, const FormContext& context) {
  want_one(block, {"routing_key"}, context);
  refuse_several(block, {"api_key", "api_key_file"}, context);
  const Value* custom = block.find("custom_fields");
  if (custom == nullptr) return;
  for (const auto& [name, value] : custom->entries) {
    if (std::ranges::find(kReserved, name) == std::end(kReserved)) continue;
    report(*context.diagnostics, value.where, format("'{}' is a field of every message", name),
           "give the custom field another name");
  }
}

constexpr Form kForm{"victorops_configs entry", kFields, check};

void complete(Value& block, const FormContext& context) {
  inherit(block, "http_config", "http_config", context);
  inherit(block, "api_url", "victorops_api_url", context);
  inherit_pair(block, "api_key", "victorops_api_key", context);
  want_inherited(block, {"api_url"}, "victorops_api_url", context);
  want_inherited(block, {"api_key", "api_key_file"}, "victorops_api_key", context);
  if (block.filled("api_url") && !block.text_of("api_url").ends_with('/')) block.at("api_url").text += '/';
}

}  // namespace

IntegrationKind victorops() {
  return {.name = "victorops", .key = "victorops_configs", .form = &kForm, .complete = complete};
}

}  // namespace firedrill::notify::receivers
