// Amazon's SNS.
#include <array>

#include "base/report.h"
#include "notify/config/form/http_client.h"
#include "notify/config/receivers/kind.h"

namespace firedrill::notify::receivers {
namespace {

using namespace fields;

constexpr std::array kSigv4{plain("region"),
                            plain("access_key"),
                            secret("secret_key"),
                            plain("profile"),
                            plain("role_arn"),
                            recent(plain("external_id")),
                            recent(plain("service_name")),
                            recent(flag("use_fips_sts_endpoint"))};

void check_sigv4(Value& block, const FormContext& context) {
  if (block.filled("external_id") && !block.filled("role_arn")) {
    report(*context.diagnostics, block.where_of("external_id"), "'external_id' goes with 'role_arn' only",
           "add `role_arn: …`, or remove it");
  }
  if (block.filled("access_key") == block.filled("secret_key")) return;
  report(*context.diagnostics, block.where, "'access_key' and 'secret_key' go together", "give both, or neither");
}
constexpr Form kSigv4Form{"sigv4", kSigv4, check_sigv4};

constexpr std::array kFields{flag("send_resolved", true),
                             http_config(),
                             templated("api_url"),
                             block("sigv4", kSigv4Form),
                             templated("topic_arn"),
                             templated("phone_number"),
                             templated("target_arn"),
                             templated("subject", R"({{ template "sns.default.subject" . }})"),
                             templated("message", R"({{ template "sns.default.message" . }})"),
                             templated(FieldType::text_map, "attributes"),
                             recent(flag("use_aws_http_client"))};

// One of three is right; so, by the way in which Alertmanager counts, are all three.
void check(Value& block, const FormContext& context) {
  const int given = block.filled("topic_arn") + block.filled("phone_number") + block.filled("target_arn");
  if (given == 1 || given == 3) return;
  report(*context.diagnostics, block.where, "one of topic_arn, phone_number and target_arn must be given",
         given == 0 ? "add `topic_arn: …`" : "keep one of them");
}

constexpr Form kForm{"sns_configs entry", kFields, check};

}  // namespace

IntegrationKind sns() {
  return {.name = "sns", .key = "sns_configs", .form = &kForm, .complete = complete_client};
}

}  // namespace firedrill::notify::receivers
