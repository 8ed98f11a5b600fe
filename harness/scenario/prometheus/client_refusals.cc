#include "scenario/prometheus/client_refusals.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "base/report.h"
#include "base/text/format.h"
#include "base/text/utf8.h"
#include "model/labels.h"
#include "scenario/discovery/kubernetes_selectors.h"
#include "scenario/prometheus/urls.h"
#include "template/format/unicode.h"
#include "yaml/reserved_headers.h"

namespace firedrill::scenario {
namespace {

using yaml::DecodedBlock;
using yaml::Node;

constexpr std::string_view kKeepOne = "keep one of them";

bool given(const DecodedBlock& block, std::string_view key) {
  const Node* node = block.node->find(key);
  return node != nullptr && !node->is_null();
}

// Whether it is a text that is not empty.
bool filled(const DecodedBlock& block, std::string_view key) {
  return block.fields.has(key) && !block.fields.text(key).empty();
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

int count_filled(const DecodedBlock& block, std::initializer_list<std::string_view> keys) {
  return static_cast<int>(std::ranges::count_if(keys, [&](std::string_view key) { return filled(block, key); }));
}

void refuse_several(const DecodedBlock& block, std::initializer_list<std::string_view> keys, std::string_view what,
                    Diagnostics& diagnostics) {
  if (count_filled(block, keys) > 1) report(diagnostics, block.where, std::string(what), std::string(kKeepOne));
}

// As a version of Prometheus says it, whose fields differ.
std::string_view said_by(promql::Version version, std::string_view by_2_42, std::string_view by_others) {
  return version == promql::Version::v2 ? by_2_42 : by_others;
}

// Half of what a client shows of itself.
void refuse_half_certificate(const DecodedBlock& tls, promql::Version version, Diagnostics& diagnostics) {
  const bool cert = count_filled(tls, {"cert", "cert_file", "cert_ref"}) > 0;
  const bool key = count_filled(tls, {"key", "key_file", "key_ref"}) > 0;
  if (cert && !key) {
    report(diagnostics, tls.where,
           std::string(said_by(version, "client cert file specified without client key file",
                               "exactly one of key or key_file must be configured when a client certificate is "
                               "configured")),
           "add its key");
  }
  if (key && !cert) {
    report(diagnostics, tls.where,
           std::string(said_by(version, "client key file specified without client cert file",
                               "exactly one of cert or cert_file must be configured when a client key is configured")),
           "add its certificate");
  }
}

void refuse_tls_values(const DecodedBlock* tls, promql::Version version, Diagnostics& diagnostics) {
  if (tls == nullptr || version == promql::Version::v2) return;
  refuse_several(*tls, {"ca", "ca_file", "ca_ref"}, "at most one of ca, ca_file & ca_ref must be configured",
                 diagnostics);
  refuse_several(*tls, {"cert", "cert_file", "cert_ref"},
                 "at most one of cert, cert_file & cert_ref must be configured", diagnostics);
  refuse_several(*tls, {"key", "key_file", "key_ref"}, "at most one of key and key_file must be configured",
                 diagnostics);
  refuse_half_certificate(*tls, version, diagnostics);
}

// A proxy's address, and headers of which each has a list.
void refuse_proxy_form(const DecodedBlock& block, Diagnostics& diagnostics) {
  refuse_url(block, "proxy_url", diagnostics);
  const Node* header = block.node->find("proxy_connect_header");
  if (header == nullptr || header->is_null()) return;
  if (expect_mapping(*header, "'proxy_connect_header'", diagnostics)) {
    expect_lists_of_texts(*header, "proxy_connect_header", diagnostics);
  }
}

void refuse_proxy(const DecodedBlock& block, promql::Version version, Diagnostics& diagnostics) {
  const bool url = filled(block, "proxy_url");
  const bool environment = block.fields.boolean("proxy_from_environment");
  const Node* header = block.node->find("proxy_connect_header");
  if (header != nullptr && !header->entries.empty() && !url && !environment) {
    report(diagnostics, header->where(),
           std::string(said_by(
               version, "if proxy_connect_header is configured proxy_url must also be configured",
               "if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be configured")),
           "add the proxy, or remove its headers");
  }
  if (environment && url) {
    report(diagnostics, block.fields.where("proxy_url"),
           "if proxy_from_environment is configured, proxy_url must not be configured", std::string(kKeepOne));
  }
  if (environment && filled(block, "no_proxy")) {
    report(diagnostics, block.fields.where("no_proxy"),
           "if proxy_from_environment is configured, no_proxy must not be configured", std::string(kKeepOne));
  }
  if (!url && !environment && filled(block, "no_proxy")) {
    report(diagnostics, block.fields.where("no_proxy"), "if no_proxy is configured, proxy_url must also be configured",
           "add the proxy, or remove it");
  }
}

// Of a client that shows a certificate instead of a secret.
void refuse_signing(const DecodedBlock& oauth, Diagnostics& diagnostics) {
  refuse_several(oauth, {"client_certificate_key", "client_certificate_key_file", "client_certificate_key_ref"},
                 "at most one of oauth2 client_certificate_key, client_certificate_key_file & "
                 "client_certificate_key_ref must be configured",
                 diagnostics);
  constexpr std::array<std::string_view, 4> kAlgorithms = {"", "RS256", "RS384", "RS512"};
  if (std::ranges::find(kAlgorithms, oauth.fields.text("signature_algorithm")) == kAlgorithms.end()) {
    report(diagnostics, oauth.fields.where("signature_algorithm"),
           "valid signature algorithms are RS256, RS384 and RS512", "choose one of them");
  }
}

void refuse_oauth(const DecodedBlock* oauth, promql::Version version, Diagnostics& diagnostics) {
  if (oauth == nullptr) return;
  for (const std::string_view key : {"client_id", "token_url"}) {
    if (!filled(*oauth, key)) {
      report(diagnostics, oauth->where, format("oauth2 {} must be configured", key), format("add `{}: …`", key));
    }
  }
  const bool old = version == promql::Version::v2;
  if (!old && oauth->fields.text("grant_type") == "urn:ietf:params:oauth:grant-type:jwt-bearer") {
    refuse_signing(*oauth, diagnostics);
  } else {
    refuse_several(
        *oauth, {"client_secret", "client_secret_file", "client_secret_ref"},
        said_by(version, "at most one of oauth2 client_secret & client_secret_file must be configured",
                "at most one of oauth2 client_secret, client_secret_file & client_secret_ref must be configured"),
        diagnostics);
  }
  if (old && count_filled(*oauth, {"client_secret", "client_secret_file"}) == 0) {
    report(diagnostics, oauth->where, "either oauth2 client_secret or client_secret_file must be configured",
           "add `client_secret_file: …`");
  }
  refuse_proxy(*oauth, version, diagnostics);
  refuse_tls_values(oauth->one("tls_config"), version, diagnostics);
}

void refuse_authorization(const DecodedBlock* authorization, Diagnostics& diagnostics) {
  if (authorization == nullptr) return;
  refuse_several(*authorization, {"credentials", "credentials_file", "credentials_ref"},
                 "at most one of authorization credentials & credentials_file must be configured", diagnostics);
  const std::string type = authorization->fields.text("type");
  if (templates::to_lower(trimmed(type)) == "basic") {
    report(diagnostics, authorization->fields.where("type"),
           "authorization type cannot be set to \"basic\", use \"basic_auth\" instead", "write `basic_auth:`");
  }
}

void refuse_basic(const DecodedBlock* basic, promql::Version version, Diagnostics& diagnostics) {
  if (basic == nullptr) return;
  refuse_several(*basic, {"username", "username_file", "username_ref"},
                 "at most one of basic_auth username, username_file & username_ref must be configured", diagnostics);
  refuse_several(*basic, {"password", "password_file", "password_ref"},
                 said_by(version, "at most one of basic_auth password & password_file must be configured",
                         "at most one of basic_auth password, password_file & password_ref must be configured"),
                 diagnostics);
}

// One way in at most.
void refuse_ways_in(const DecodedBlock& block, Diagnostics& diagnostics) {
  const bool basic = given(block, "basic_auth");
  const bool oauth = given(block, "oauth2");
  const bool authorization = given(block, "authorization");
  const int bearers = count_filled(block, {"bearer_token", "bearer_token_file"});
  const auto refuse = [&](std::string_view what) {
    report(diagnostics, block.where, std::string(what), std::string(kKeepOne));
  };
  if (bearers > 1) refuse("at most one of bearer_token & bearer_token_file must be configured");
  if ((basic || oauth) && bearers > 0) {
    refuse("at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured");
  }
  if (authorization && bearers > 0) refuse("authorization is not compatible with bearer_token & bearer_token_file");
  if (basic + oauth + authorization > 1) {
    refuse("at most one of basic_auth, oauth2 & authorization must be configured");
  }
}

// What a client and the blocks inside it have had since version 2.42.
constexpr std::array<std::string_view, 3> kNewerInClient = {"no_proxy", "proxy_from_environment", "http_headers"};
constexpr std::array<std::string_view, 3> kNewerInBasicAuth = {"username_file", "username_ref", "password_ref"};
constexpr std::array<std::string_view, 1> kNewerInAuthorization = {"credentials_ref"};
constexpr std::array<std::string_view, 13> kNewerInOauth = {"client_secret_ref",
                                                            "client_certificate_key_id",
                                                            "client_certificate_key",
                                                            "client_certificate_key_file",
                                                            "client_certificate_key_ref",
                                                            "grant_type",
                                                            "iss",
                                                            "audience",
                                                            "signature_algorithm",
                                                            "claims",
                                                            "no_proxy",
                                                            "proxy_from_environment",
                                                            "proxy_connect_header"};
constexpr std::array<std::string_view, 6> kNewerInTls = {"ca", "cert", "key", "ca_ref", "cert_ref", "key_ref"};

void refuse_newer_in(const DecodedBlock* block, std::span<const std::string_view> names, promql::Version version,
                     Diagnostics& diagnostics) {
  if (block != nullptr) refuse_newer_fields(*block->node, names, version, diagnostics);
}

// ^[^*]*(\*[^/]*)?\.(json|yml|yaml|JSON|YML|YAML)$
bool is_discovery_file(std::string_view name) {
  constexpr std::array<std::string_view, 6> kEndings = {".json", ".yml", ".yaml", ".JSON", ".YML", ".YAML"};
  const std::size_t star = name.find('*');
  const bool in_last = star == std::string_view::npos || name.find('/', star) == std::string_view::npos;
  return in_last && std::ranges::any_of(kEndings, [&](std::string_view ending) { return name.ends_with(ending); });
}

// `relabelled`: relabelling may make an address of what stands there, so that it is no concern here.
void refuse_static(const DecodedBlock& group, promql::Version version, bool relabelled, Diagnostics& diagnostics) {
  refuse_label_names(group.node->find("labels"), version, diagnostics);
  const Node* targets = group.node->find("targets");
  if (targets == nullptr || relabelled) return;
  for (const Node* target : targets->items) {
    if (!target->text.contains('/')) continue;
    report(diagnostics, target->where(), format("{} is not a valid hostname", model::quote(target->text)),
           "a target is a host and a port; the scheme and the path have keys of their own");
  }
}

void refuse_file_sd(const DecodedBlock& block, Diagnostics& diagnostics) {
  const std::vector<std::string> files = block.fields.texts("files");
  if (files.empty()) {
    report(diagnostics, block.where, "file service discovery config must contain at least one path name",
           "add `files: […]`");
  }
  for (const std::string& file : files) {
    if (is_discovery_file(file)) continue;
    report(diagnostics, block.fields.where("files"),
           format("path name {} is not valid for file discovery", model::quote(file)),
           "expected a .json, .yml or .yaml file, with `*` in its own name only");
  }
}

// Version 2.42 does not validate its client.
void refuse_http_sd(const DecodedBlock& block, promql::Version version, Diagnostics& diagnostics) {
  const std::string url = block.fields.text("url");
  const bool known = url.starts_with("http://") || url.starts_with("https://");
  if (url.empty()) {
    report(diagnostics, block.where, "URL is missing", "add `url: …`");
  } else if (!known) {
    report(diagnostics, block.fields.where("url"), "URL scheme must be 'http' or 'https'", "write the whole address");
  } else if (url.ends_with("://") || url.contains(":///")) {
    report(diagnostics, block.fields.where("url"), "host is missing in URL", "write the whole address");
  }
  refuse_url(block, "url", diagnostics);
  if (version == promql::Version::v2) {
    refuse_client_form(block, version, diagnostics);
  } else {
    refuse_client(block, version, ClientOf::discovery, diagnostics);
  }
}

void refuse_dns_sd(const DecodedBlock& block, Diagnostics& diagnostics) {
  if (block.fields.texts("names").empty()) {
    report(diagnostics, block.where, "DNS-SD config must contain at least one SRV record name", "add `names: […]`");
  }
  const std::string type = templates::to_upper(block.fields.text("type", "SRV"));
  constexpr std::array<std::string_view, 5> kTypes = {"SRV", "A", "AAAA", "MX", "NS"};
  if (std::ranges::find(kTypes, type) == kTypes.end()) {
    report(diagnostics, block.fields.where("type"), format("invalid DNS-SD records type {}", type),
           "expected SRV, A, AAAA, MX or NS");
  } else if (type != "SRV" && block.fields.integer("port") == 0) {
    report(diagnostics, block.where, "a port is required in DNS-SD configs for all record types except SRV",
           "add `port: …`");
  }
}

// Which objects may be chosen for each role.
struct Selectable {
  std::string_view role;
  std::string_view words;
  std::array<std::string_view, 3> roles;
};
constexpr std::array<Selectable, 6> kSelectable = {{
    {"pod", "pod", {"pod"}},
    {"service", "service", {"service"}},
    {"endpointslice", "pod, service, endpointslice", {"pod", "service", "endpointslice"}},
    {"endpoints", "pod, service, endpoints", {"pod", "service", "endpoints"}},
    {"node", "node", {"node"}},
    {"ingress", "ingress", {"ingress"}},
}};

void refuse_selectors(const DecodedBlock& block, std::string_view role, Diagnostics& diagnostics) {
  const auto* const selectable = std::ranges::find(kSelectable, role, &Selectable::role);
  std::vector<std::string> seen;
  for (const DecodedBlock& selector : block.all("selectors")) {
    const std::string selected = selector.fields.text("role");
    const bool unknown = given(selector, "role") && selected.empty();  // which has been told
    if (!unknown && std::ranges::find(seen, selected) != seen.end()) {
      report(diagnostics, selector.where, format("duplicated selector role: {}", selected), std::string(kKeepOne));
    }
    seen.push_back(selected);
    if (selectable != kSelectable.end() && !unknown &&
        (selected.empty() || std::ranges::find(selectable->roles, selected) == selectable->roles.end())) {
      report(diagnostics, selector.where, format("{} role supports only {} selectors", role, selectable->words),
             selected.empty() ? format("add `role: {}`", role) : "choose by another role, or leave the selector out");
    }
    if (const auto wrong = field_selector_error(selector.fields.text("field"))) {
      report(diagnostics, selector.fields.where("field"), format("invalid field selector: {}", *wrong),
             "expected for example spec.nodeName=a,status.phase!=Failed");
    }
    if (const auto wrong = label_selector_error(selector.fields.text("label"))) {
      report(diagnostics, selector.fields.where("label"), format("unable to parse the label selector: {}", *wrong),
             "expected for example app=checkout,tier in (web, api),!canary");
    }
  }
}

bool is_custom_tls(const DecodedBlock& tls) {
  constexpr std::array<std::string_view, 12> kTexts = {"ca",        "cert",        "key",         "ca_file",
                                                       "cert_file", "key_file",    "ca_ref",      "cert_ref",
                                                       "key_ref",   "server_name", "min_version", "max_version"};
  return tls.fields.boolean("insecure_skip_verify") ||
         std::ranges::any_of(kTexts, [&](std::string_view key) { return filled(tls, key); });
}

// Whether a client is any other than the one that stands where nothing is said of it: Prometheus compares the two, of
// which texts and numbers may be said to be what they are, and what it keeps a pointer to may be absent only.
bool is_custom_client(const DecodedBlock& block) {
  constexpr std::array<std::string_view, 6> kPointers = {"basic_auth", "authorization", "oauth2",
                                                         "proxy_url",  "http_headers",  "proxy_connect_header"};
  const DecodedBlock* tls = block.one("tls_config");
  return std::ranges::any_of(kPointers, [&](std::string_view key) { return given(block, key); }) ||
         count_filled(block, {"bearer_token", "bearer_token_file", "no_proxy"}) > 0 ||
         !block.fields.boolean("follow_redirects", true) || !block.fields.boolean("enable_http2", true) ||
         block.fields.boolean("proxy_from_environment") || (tls != nullptr && is_custom_tls(*tls));
}

void refuse_kubernetes_sd(const DecodedBlock& block, promql::Version version, Diagnostics& diagnostics) {
  const std::string role = block.fields.text("role");
  if (!given(block, "role")) {
    report(diagnostics, block.where, "role missing (one of: pod, service, endpoints, endpointslice, node, ingress)",
           "add `role: …`");
  }
  refuse_client(block, version, ClientOf::server, diagnostics);
  refuse_url(block, "api_server", diagnostics);
  const bool server = filled(block, "api_server");
  const bool file = filled(block, "kubeconfig_file");
  const bool client = is_custom_client(block);
  if (file && server) {
    report(diagnostics, block.where, "cannot use 'kubeconfig_file' and 'api_server' simultaneously",
           std::string(kKeepOne));
  }
  if (file && client) {
    report(diagnostics, block.where, "cannot use a custom HTTP client configuration together with 'kubeconfig_file'",
           std::string(kKeepOne));
  }
  if (!server && !file && client) {
    report(diagnostics, block.where,
           "to use custom HTTP client configuration please provide the 'api_server' URL explicitly",
           "add `api_server: …`");
  }
  const DecodedBlock* attach = block.one("attach_metadata");
  const Node::Entry* newer = attach == nullptr ? nullptr : attach->node->entry("namespace");
  if (newer != nullptr && version != promql::Version::v3) {
    report(diagnostics, newer->key_node->where(),
           format("Prometheus {} does not know the field 'namespace'", said_by(version, "2", "3.5")),
           "remove it, or read the file with --promql-version 3, which stands for the newest");
  }
  const DecodedBlock* namespaces = block.one("namespaces");
  const bool own = namespaces != nullptr && namespaces->fields.boolean("own_namespace");
  if (own && (server || file)) {
    report(diagnostics, namespaces->where,
           format("cannot use '{}' and 'namespaces.own_namespace' simultaneously",
                  server ? "api_server" : "kubeconfig_file"),
           std::string(kKeepOne));
  }
  refuse_selectors(block, role, diagnostics);
}

}  // namespace

void expect_lists_of_texts(const Node& mapping, std::string_view name, Diagnostics& diagnostics) {
  for (const Node::Entry& entry : mapping.entries) {
    const std::string what = format("'{}' in '{}'", entry.key, name);
    if (entry.value->is_null() || !expect_sequence(*entry.value, what, diagnostics)) continue;
    for (const Node* item : entry.value->items) {
      if (item->is_null() || item->is_scalar()) continue;
      report(diagnostics, item->where(), format("an item of {} must be a text, found {}", what, item->describe()),
             "expected one text");
    }
  }
}

void refuse_nulls(const DecodedBlock& block, std::string_view list, std::string_view what, Diagnostics& diagnostics) {
  const Node* items = block.node->find(list);
  if (items == nullptr) return;
  for (const Node* item : items->items) {
    if (item->is_null()) report(diagnostics, item->where(), format("empty or null {}", what), "remove it");
  }
}

void refuse_label_names(const Node* labels, promql::Version version, Diagnostics& diagnostics) {
  if (labels == nullptr || !labels->is_mapping()) return;
  refuse_keys_merged_again(*labels, diagnostics);
  for (const Node::Entry& label : labels->entries) {
    refuse_label_name(label.key, label.key_node->where(), version, diagnostics);
  }
}

void refuse_label_name(std::string_view name, const Position& where, promql::Version version,
                       Diagnostics& diagnostics) {
  const bool legacy = version == promql::Version::v2;
  if (legacy ? model::is_legacy_label_name(name)
             : !name.empty() && first_invalid_utf8(name) == std::string_view::npos) {
    return;
  }
  report(diagnostics, where, format("{} is not a valid label name", model::quote(std::string(name))),
         legacy ? "expected letters, digits and underscores, not beginning with a digit" : "name the label");
}

void refuse_url(const DecodedBlock& block, std::string_view key, Diagnostics& diagnostics) {
  if (!block.fields.has(key)) return;
  const std::string text = block.fields.text(key);
  if (const auto wrong = url_error(text)) {
    report(diagnostics, block.fields.where(key), format("parse {}: {}", model::quote(text), *wrong),
           "write the whole address: http://host:port/path");
  }
}

void refuse_newer_fields(const Node& block, std::span<const std::string_view> names, promql::Version version,
                         Diagnostics& diagnostics) {
  if (version != promql::Version::v2) return;
  for (const Node::Entry& entry : block.entries) {
    if (std::ranges::find(names, entry.key) == names.end()) continue;
    report(diagnostics, entry.key_node->where(), format("Prometheus 2 does not know the field '{}'", entry.key),
           "remove it, or read the file with --promql-version 3, which stands for the newest");
  }
}

void refuse_tls(const DecodedBlock* tls, promql::Version version, Diagnostics& diagnostics) {
  refuse_newer_in(tls, kNewerInTls, version, diagnostics);
  refuse_tls_values(tls, version, diagnostics);
}

void refuse_client_form(const DecodedBlock& block, promql::Version version, Diagnostics& diagnostics) {
  refuse_proxy_form(block, diagnostics);
  refuse_newer_in(&block, kNewerInClient, version, diagnostics);
  refuse_newer_in(block.one("basic_auth"), kNewerInBasicAuth, version, diagnostics);
  refuse_newer_in(block.one("authorization"), kNewerInAuthorization, version, diagnostics);
  refuse_newer_in(block.one("tls_config"), kNewerInTls, version, diagnostics);
  const DecodedBlock* oauth = block.one("oauth2");
  if (oauth == nullptr) return;
  refuse_proxy_form(*oauth, diagnostics);
  refuse_newer_in(oauth, kNewerInOauth, version, diagnostics);
  refuse_newer_in(oauth->one("tls_config"), kNewerInTls, version, diagnostics);
  const Node* claims = oauth->node->find("claims");
  if (claims != nullptr && !claims->is_null()) expect_mapping(*claims, "'claims'", diagnostics);
}

void refuse_client(const DecodedBlock& block, promql::Version version, ClientOf of, Diagnostics& diagnostics) {
  refuse_client_form(block, version, diagnostics);
  refuse_ways_in(block, diagnostics);
  refuse_basic(block.one("basic_auth"), version, diagnostics);
  refuse_authorization(block.one("authorization"), diagnostics);
  refuse_oauth(block.one("oauth2"), version, diagnostics);
  const DecodedBlock* tls = block.one("tls_config");
  refuse_tls_values(tls, version, diagnostics);
  if (tls != nullptr && version == promql::Version::v2 && of == ClientOf::server) {
    refuse_half_certificate(*tls, version, diagnostics);
  }
  refuse_proxy(block, version, diagnostics);
  for (const DecodedBlock& header : block.all("http_headers")) {
    if (!yaml::is_reserved_header(templates::to_lower(header.key))) continue;
    report(diagnostics, header.where, format("setting header {} is not allowed", model::quote(header.key)),
           "remove it");
  }
}

void refuse_discovery(const DecodedBlock& block, promql::Version version, Diagnostics& diagnostics) {
  const bool relabelled = !block.all("relabel_configs").empty();
  for (const DecodedBlock& each : block.all("static_configs")) refuse_static(each, version, relabelled, diagnostics);
  for (const DecodedBlock& each : block.all("file_sd_configs")) refuse_file_sd(each, diagnostics);
  for (const DecodedBlock& each : block.all("http_sd_configs")) refuse_http_sd(each, version, diagnostics);
  for (const DecodedBlock& each : block.all("dns_sd_configs")) refuse_dns_sd(each, diagnostics);
  for (const DecodedBlock& each : block.all("kubernetes_sd_configs")) refuse_kubernetes_sd(each, version, diagnostics);
  for (const std::string_view key :
       {"static_configs", "file_sd_configs", "http_sd_configs", "dns_sd_configs", "kubernetes_sd_configs"}) {
    refuse_nulls(block, key, format("section in {}", key), diagnostics);
  }
}

}  // namespace firedrill::scenario
