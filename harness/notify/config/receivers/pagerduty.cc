// PagerDuty, Events API v1 (service_key) and v2 (routing_key).
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

constexpr std::array kImage{templated("src"), templated("alt"), templated("href")};
constexpr Form kImageForm{"image", kImage};
constexpr std::array kLink{templated("href"), templated("text")};
constexpr Form kLinkForm{"link", kLink};

constexpr std::array kFields{flag("send_resolved", true),
                             http_config(),
                             secret_template("service_key"),
                             plain("service_key_file"),
                             secret_template("routing_key"),
                             plain("routing_key_file"),
                             of(FieldType::url, "url"),
                             templated("client", R"({{ template "pagerduty.default.client" . }})"),
                             templated("client_url", R"({{ template "pagerduty.default.clientURL" . }})"),
                             templated("description", R"({{ template "pagerduty.default.description" .}})"),
                             templated(FieldType::any_map, "details"),
                             block("images", kImageForm, FieldType::blocks),
                             block("links", kLinkForm, FieldType::blocks),
                             templated("source"),
                             templated("severity"),
                             templated("class"),
                             templated("component"),
                             templated("group"),
                             recent(of(FieldType::nanoseconds, "timeout", "0s"))};

struct Detail {
  std::string_view name;
  std::string_view text;
  std::string_view text_in_0_25;
};
constexpr std::array kDetails{
    Detail{"firing", "{{ .Alerts.Firing | toJson }}", R"({{ template "pagerduty.default.instances" .Alerts.Firing }})"},
    Detail{"num_firing", "{{ .Alerts.Firing | len }}", "{{ .Alerts.Firing | len }}"},
    Detail{"num_resolved", "{{ .Alerts.Resolved | len }}", "{{ .Alerts.Resolved | len }}"},
    Detail{"resolved", "{{ .Alerts.Resolved | toJson }}",
           R"({{ template "pagerduty.default.instances" .Alerts.Resolved }})"},
};

// 0.25 has texts only.
void refuse_nested_details(const Value& details, const FormContext& context) {
  if (context.version >= Version::v0_33) return;
  for (const auto& [name, value] : details.entries) {
    if (value.kind != Value::Kind::map && value.kind != Value::Kind::list) continue;
    report(*context.diagnostics, value.where, format("'{}' in 'details' must be a text", name),
           "0.33 takes mappings and lists there; choose with --alertmanager-version");
  }
}

void check(Value& block, const FormContext& context) {
  want_one(block, {"routing_key", "routing_key_file", "service_key", "service_key_file"}, context);
  refuse_several(block, {"routing_key", "routing_key_file"}, context);
  refuse_several(block, {"service_key", "service_key_file"}, context);
  if (!block.filled("source")) block.set_text("source", std::string(block.text_of("client")), true);
  Value& details = block.at("details");
  details.kind = Value::Kind::map;
  refuse_nested_details(details, context);
  for (const Detail& detail : kDetails) {
    const auto has_it = [&](const auto& entry) { return entry.first == detail.name; };
    if (std::ranges::any_of(details.entries, has_it)) continue;
    details.set_text(detail.name, context.version < Version::v0_33 ? detail.text_in_0_25 : detail.text, true);
  }
}

constexpr Form kForm{"pagerduty_configs entry", kFields, check};

void complete(Value& block, const FormContext& context) {
  inherit(block, "http_config", "http_config", context);
  inherit(block, "url", "pagerduty_url", context);
  want_inherited(block, {"url"}, "pagerduty_url", context);
}

}  // namespace

IntegrationKind pagerduty() {
  return {.name = "pagerduty", .key = "pagerduty_configs", .form = &kForm, .complete = complete};
}

}  // namespace firedrill::notify::receivers
