#include "notify/config/form/http_client.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/report.h"
#include "base/text/format.h"
#include "notify/config/form/checks.h"
#include "template/format/unicode.h"
#include "yaml/reserved_headers.h"

namespace firedrill::notify {
namespace {

using namespace fields;

constexpr std::string_view kKeepOne = "keep one of them";
constexpr std::string_view kJwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";

constexpr std::array kTls{recent(plain("ca")),
                          recent(plain("cert")),
                          recent(secret("key")),
                          plain("ca_file"),
                          plain("cert_file"),
                          plain("key_file"),
                          recent(plain("ca_ref")),
                          recent(plain("cert_ref")),
                          recent(plain("key_ref")),
                          plain("server_name"),
                          flag("insecure_skip_verify"),
                          of(FieldType::tls_version, "min_version"),
                          of(FieldType::tls_version, "max_version")};

bool any_filled(const Value& block, std::initializer_list<std::string_view> keys) {
  return std::ranges::any_of(keys, [&](std::string_view key) { return block.filled(key); });
}

void check_tls(Value& block, const FormContext& context) {
  if (context.version < Version::v0_33) return;  // looks when it connects
  refuse_several(block, {"ca", "ca_file", "ca_ref"}, context);
  refuse_several(block, {"cert", "cert_file", "cert_ref"}, context);
  refuse_several(block, {"key", "key_file", "key_ref"}, context);
  const bool cert = any_filled(block, {"cert", "cert_file", "cert_ref"});
  const bool key = any_filled(block, {"key", "key_file", "key_ref"});
  if (cert && !key)
    report(*context.diagnostics, block.where, "the client's certificate lacks its key", "add `key_file: …`");
  if (key && !cert)
    report(*context.diagnostics, block.where, "the client's key lacks its certificate", "add `cert_file: …`");
}

constexpr std::array kBasicAuth{plain("username"),  recent(plain("username_file")), recent(plain("username_ref")),
                                secret("password"), plain("password_file"),         recent(plain("password_ref"))};

void check_basic_auth(Value& block, const FormContext& context) {
  refuse_several(block, {"username", "username_file", "username_ref"}, context);
  refuse_several(block, {"password", "password_file", "password_ref"}, context);
}
constexpr Form kBasicAuthForm{"basic_auth", kBasicAuth, check_basic_auth};

constexpr std::array kAuthorization{plain("type"), secret("credentials"), plain("credentials_file"),
                                    recent(plain("credentials_ref"))};

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

void check_authorization(Value& block, const FormContext& context) {
  refuse_several(block, {"credentials", "credentials_file", "credentials_ref"}, context);
  if (templates::to_lower(trimmed(block.text_of("type"))) != "basic") return;
  report(*context.diagnostics, block.where_of("type"), "the type of an authorization cannot be basic",
         "write `basic_auth:` in place of `authorization:`");
}
constexpr Form kAuthorizationForm{"authorization", kAuthorization, check_authorization};

void check_proxy(const Value& block, const FormContext& context) {
  const bool url = block.filled("proxy_url");
  const bool environment = block.is_true("proxy_from_environment");
  const Value* header = block.find("proxy_connect_header");
  if (header != nullptr && !header->entries.empty() && !url && !environment) {
    report(*context.diagnostics, header->where, "there are headers for a proxy, and no proxy",
           "add `proxy_url: …`, or remove the headers");
  }
  if (environment && url) {
    report(*context.diagnostics, block.where_of("proxy_url"), "the proxy is given twice, by the environment too",
           std::string(kKeepOne));
  }
  if (block.filled("no_proxy") && (environment || !url)) {
    report(*context.diagnostics, block.where_of("no_proxy"), "'no_proxy' goes with 'proxy_url' only",
           "add `proxy_url: …`, or remove it");
  }
}

constexpr std::array kOauth{plain("client_id"),
                            secret("client_secret"),
                            plain("client_secret_file"),
                            recent(plain("client_secret_ref")),
                            recent(plain("client_certificate_key_id")),
                            recent(secret("client_certificate_key")),
                            recent(plain("client_certificate_key_file")),
                            recent(plain("client_certificate_key_ref")),
                            recent(plain("grant_type")),
                            recent(plain("iss")),
                            recent(plain("audience")),
                            recent(plain("signature_algorithm")),
                            of(FieldType::texts, "scopes"),
                            plain("token_url"),
                            of(FieldType::text_map, "endpoint_params"),
                            recent(of(FieldType::any_map, "claims")),
                            block("tls_config", kTlsForm),
                            of(FieldType::any_url, "proxy_url"),
                            recent(plain("no_proxy")),
                            recent(flag("proxy_from_environment")),
                            recent(hidden(of(FieldType::text_lists, "proxy_connect_header")))};

void check_oauth(Value& block, const FormContext& context) {
  want_one(block, {"client_id"}, context);
  want_one(block, {"token_url"}, context);
  if (context.version < Version::v0_33) want_one(block, {"client_secret", "client_secret_file"}, context);
  if (block.text_of("grant_type") == kJwtBearer) {
    refuse_several(block, {"client_certificate_key", "client_certificate_key_file", "client_certificate_key_ref"},
                   context);
  } else {
    refuse_several(block, {"client_secret", "client_secret_file", "client_secret_ref"}, context);
  }
  check_proxy(block, context);
}
constexpr Form kOauthForm{"oauth2", kOauth, check_oauth};

constexpr std::array kHeader{of(FieldType::texts, "values"), hidden(of(FieldType::texts, "secrets")),
                             of(FieldType::texts, "files")};

constexpr std::array kClient{block("authorization", kAuthorizationForm),
                             block("basic_auth", kBasicAuthForm),
                             block("oauth2", kOauthForm),
                             block("tls_config", kTlsForm),
                             recent(block("http_headers", kHeaderForm, FieldType::named_blocks)),
                             secret("bearer_token"),
                             plain("bearer_token_file"),
                             flag("follow_redirects", true),
                             flag("enable_http2", true),
                             of(FieldType::any_url, "proxy_url"),
                             recent(plain("no_proxy")),
                             recent(flag("proxy_from_environment")),
                             hidden(of(FieldType::text_lists, "proxy_connect_header"))};

void check_headers(const Value& block, const FormContext& context) {
  const Value* headers = block.find("http_headers");
  if (headers == nullptr) return;
  for (const auto& [name, header] : headers->entries) {
    if (!yaml::is_reserved_header(templates::to_lower(name))) continue;
    report(*context.diagnostics, header.where, format("the header '{}' cannot be set", name), "remove it");
  }
}

// One way in at most.
void check_client(Value& block, const FormContext& context) {
  const bool basic = block.find("basic_auth") != nullptr;
  const bool oauth = block.find("oauth2") != nullptr;
  const bool authorization = block.find("authorization") != nullptr;
  const bool bearer = any_filled(block, {"bearer_token", "bearer_token_file"});
  refuse_several(block, {"bearer_token", "bearer_token_file"}, context);
  if (basic + oauth + authorization + bearer > 1) {
    report(*context.diagnostics, block.where,
           "of basic_auth, oauth2, authorization and bearer_token only one may be given", std::string(kKeepOne));
  }
  // From here on a bearer token is an authorization.
  if (bearer && !authorization) {
    Value& made = block.at("authorization");
    made.kind = Value::Kind::map;
    made.where = block.where;
    made.set_text("type", "Bearer");
  }
  check_proxy(block, context);
  check_headers(block, context);
}

}  // namespace

constinit const Form kTlsForm{"tls_config", kTls, check_tls};
constinit const Form kHeaderForm{"header", kHeader};
constinit const Form kHttpClientForm{"http_config", kClient, check_client};

}  // namespace firedrill::notify
