// Mail.
#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "base/report.h"
#include "base/text/format.h"
#include "notify/config/form/checks.h"
#include "notify/config/form/http_client.h"
#include "notify/config/receivers/kind.h"

namespace firedrill::notify::receivers {
namespace {

using namespace fields;

constexpr std::array kThreading{flag("enabled"), plain("thread_by_date")};
constexpr Form kThreadingForm{"threading", kThreading};

constexpr std::array kFields{flag("send_resolved"),
                             templated("to"),
                             templated("from"),
                             plain("hello"),
                             of(FieldType::host_port, "smarthost"),
                             plain("auth_username"),
                             secret("auth_password"),
                             plain("auth_password_file"),
                             secret("auth_secret"),
                             recent(plain("auth_secret_file")),
                             plain("auth_identity"),
                             templated(FieldType::text_map, "headers"),
                             templated("html", R"({{ template "email.default.html" . }})"),
                             templated("text"),
                             of(FieldType::optional_flag, "require_tls"),
                             block("tls_config", kTlsForm),
                             recent(of(FieldType::optional_flag, "force_implicit_tls")),
                             recent(block("threading", kThreadingForm))};

bool is_of_token(char c) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || kMarks.contains(c);
}

// Go's textproto.CanonicalMIMEHeaderKey: "in-reply-to" is "In-Reply-To"; what is no header's name stays.
std::string canonical(std::string_view name) {
  std::string text(name);
  if (!std::ranges::all_of(text, is_of_token)) return text;
  bool first = true;
  for (char& c : text) {
    if (first && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (!first && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    first = c == '-';
  }
  return text;
}

void canonicalize(Value& headers, const FormContext& context) {
  Value canonical_ones = headers;
  canonical_ones.entries.clear();
  std::set<std::string> seen;
  for (auto& [name, value] : headers.entries) {
    std::string key = canonical(name);
    if (!seen.insert(key).second) {
      report(*context.diagnostics, value.where, format("the header '{}' is given twice", key),
             "names of headers are the same in capital and small letters; keep one of them");
    }
    canonical_ones.entries.emplace_back(std::move(key), std::move(value));
  }
  headers = std::move(canonical_ones);
}

void check_threading(const Value& block, const FormContext& context) {
  const Value* threading = block.find("threading");
  if (threading == nullptr || !threading->is_true("enabled")) return;
  const Value* headers = block.find("headers");
  for (const std::string_view name : {"References", "In-Reply-To"}) {
    if (headers == nullptr || headers->find(name) == nullptr) continue;
    report(*context.diagnostics, headers->where_of(name), format("threading writes the header '{}' itself", name),
           "remove the header, or switch threading off");
  }
  const std::string_view by_date = threading->text_of("thread_by_date");
  if (by_date == "none" || by_date == "daily") return;
  report(*context.diagnostics, threading->where_of("thread_by_date"), "threading wants 'thread_by_date'",
         "expected none or daily");
}

void check(Value& block, const FormContext& context) {
  want_one(block, {"to"}, context);
  if (block.find("headers") != nullptr) canonicalize(block.at("headers"), context);
  check_threading(block, context);
}

void default_header(Value& block, std::string_view name, std::string_view text) {
  Value& headers = block.at("headers");
  headers.kind = Value::Kind::map;
  if (headers.find(name) == nullptr) headers.set_text(name, text, true);
}

constexpr Form kForm{"email_configs entry", kFields, check};

void complete(Value& block, const FormContext& context) {
  inherit(block, "tls_config", "smtp_tls_config", context);
  inherit(block, "smarthost", "smtp_smarthost", context);
  inherit(block, "from", "smtp_from", context);
  inherit(block, "hello", "smtp_hello", context);
  inherit(block, "auth_username", "smtp_auth_username", context);
  inherit_pair(block, "auth_password", "smtp_auth_password", context);
  inherit(block, "auth_secret", "smtp_auth_secret", context);
  inherit(block, "auth_secret_file", "smtp_auth_secret_file", context);
  inherit(block, "auth_identity", "smtp_auth_identity", context);
  inherit(block, "require_tls", "smtp_require_tls", context);
  inherit(block, "force_implicit_tls", "smtp_force_implicit_tls", context);
  want_inherited(block, {"smarthost"}, "smtp_smarthost", context);
  want_inherited(block, {"from"}, "smtp_from", context);
  block.at("from").templated = true;
  default_header(block, "Subject", R"({{ template "email.default.subject" . }})");
  default_header(block, "To", std::string(block.text_of("to")));
  default_header(block, "From", std::string(block.text_of("from")));
}

}  // namespace

IntegrationKind email() {
  return {.name = "email", .key = "email_configs", .form = &kForm, .complete = complete};
}

}  // namespace firedrill::notify::receivers
