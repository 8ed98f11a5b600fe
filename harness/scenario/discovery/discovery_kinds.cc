#include "scenario/discovery/discovery_kinds.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <vector>

#include "base/report.h"
#include "base/text/format.h"
#include "model/labels.h"
#include "scenario/prometheus/client_refusals.h"
#include "scenario/prometheus/prometheus_blocks.h"

namespace firedrill::scenario {
namespace {

using yaml::DecodedBlock;
using yaml::Node;
using enum FieldType;

constexpr FieldSpec field(std::string_view name, FieldType type = text) {
  return {.name = name, .type = type, .doc = {}};
}
constexpr FieldSpec choice(std::string_view name, std::span<const std::string_view> choices) {
  return {.name = name, .type = text, .doc = {}, .choices = choices};
}

// What of a client of HTTP a kind has.
enum class Client {
  none,
  tls,
  whole,
  whole_unchecked,  // by version 2, which looks at its keys alone
};

// A key that has to be there and to say something; what Prometheus says where it does not.
struct Required {
  std::string_view key;
  std::string_view missing;
};

struct Kind {
  std::string_view list;
  Client client = Client::none;
  std::span<const FieldSpec> fields;
  std::span<const Required> required{};
  void (*more)(const DecodedBlock& block, Diagnostics& diagnostics) = nullptr;
};

bool filled(const DecodedBlock& block, std::string_view key) {
  const Node* node = block.node->find(key);
  return node != nullptr && !node->is_null() && !(node->is_scalar() && node->text.empty()) &&
         !(node->is_sequence() && node->items.empty());
}

constexpr FieldSpec kRefresh = field("refresh_interval", duration);
constexpr FieldSpec kPort = field("port", integer);

constexpr std::string_view kAzureMethods[] = {"OAuth", "ManagedIdentity", "SDK"};
constexpr std::array kAzure{field("environment"),
                            kPort,
                            field("subscription_id"),
                            field("tenant_id"),
                            field("client_id"),
                            field("client_secret"),
                            kRefresh,
                            choice("authentication_method", kAzureMethods),
                            field("resource_group")};
constexpr std::array kAzureRequired{Required{"subscription_id", "azure SD configuration requires a subscription_id"}};
void refuse_azure(const DecodedBlock& block, Diagnostics& diagnostics) {
  if (block.fields.text("authentication_method", "OAuth") != "OAuth") return;
  for (const std::string_view key : {"tenant_id", "client_id", "client_secret"}) {
    if (filled(block, key)) continue;
    report(diagnostics, block.where, format("azure SD configuration requires a {}", key), format("add `{}: …`", key));
  }
}

constexpr std::array kConsul{field("server"),
                             field("path_prefix"),
                             field("token"),
                             field("datacenter"),
                             field("namespace"),
                             field("partition"),
                             field("tag_separator"),
                             field("scheme"),
                             field("username"),
                             field("password"),
                             field("allow_stale", boolean),
                             kRefresh,
                             field("services", texts),
                             field("tags", texts),
                             field("node_meta", text_map),
                             field("filter"),
                             field("health_filter")};
void refuse_consul(const DecodedBlock& block, Diagnostics& diagnostics) {
  // It has a default; only what is written and empty lacks.
  if (block.node->find("server") != nullptr && !filled(block, "server")) {
    report(diagnostics, block.where, "consul SD configuration requires a server address", "add `server: …`");
  }
  if ((filled(block, "username") || filled(block, "password")) && block.one("basic_auth") != nullptr) {
    report(diagnostics, block.where,
           "at most one of consul SD configuration username and password and basic auth can "
           "be configured",
           "keep one of them");
  }
  if (filled(block, "token") && (block.one("authorization") != nullptr || block.one("oauth2") != nullptr)) {
    report(diagnostics, block.where, "at most one of consul SD token, authorization, or oauth2 can be configured",
           "keep one of them");
  }
}

constexpr std::array kDigitalOcean{kRefresh, kPort};
constexpr std::array kDocker{field("host"), kPort, field("host_networking_host"), kRefresh,
                             field("match_first_network", boolean)};
constexpr std::array kHostRequired{Required{"host", "host missing"}};
void refuse_docker(const DecodedBlock& block, Diagnostics& diagnostics) {
  refuse_url(block, "host", diagnostics);
}
constexpr std::string_view kSwarmRoles[] = {"tasks", "services", "nodes"};
constexpr std::array kSwarm{field("host"), choice("role", kSwarmRoles), kPort, kRefresh};
constexpr std::array kSwarmRequired{Required{"host", "host missing"},
                                    Required{"role", "role missing (one of: tasks, services, nodes)"}};

constexpr std::array kAmazon{field("endpoint"),
                             field("region"),
                             field("access_key"),
                             field("secret_key"),
                             field("profile"),
                             field("role_arn"),
                             kRefresh,
                             kPort};
// Prometheus asks for the region as it reads the file, and takes the file only where somebody answers.
void tell_of_region(const DecodedBlock& block, Diagnostics& diagnostics) {
  if (filled(block, "region")) return;
  warn(diagnostics, block.where, "without a region Prometheus refuses the file wherever it does not run on EC2",
       "add `region: …`");
}
void refuse_amazon(const DecodedBlock& block, Diagnostics& diagnostics) {
  tell_of_region(block, diagnostics);
  const Node* filters = block.node->find("filters");
  if (filters == nullptr || !filters->is_sequence()) return;
  for (const Node* filter : filters->items) {
    const Node* values = filter->find("values");
    if (values != nullptr && !values->items.empty()) continue;
    report(diagnostics, filter->where(), "EC2 SD configuration filter values cannot be empty", "add `values: […]`");
  }
}

constexpr std::array kEureka{field("server"), kRefresh};
constexpr std::array kEurekaRequired{Required{"server", "eureka_sd: empty or null eureka server"}};
void refuse_eureka(const DecodedBlock& block, Diagnostics& diagnostics) {
  const std::string server = block.fields.text("server");
  refuse_url(block, "server", diagnostics);
  if (server.empty() || server.starts_with(':') || server.contains("://")) return;
  report(diagnostics, block.fields.where("server"), "eureka_sd: invalid eureka server URL", "write the whole address");
}

constexpr std::array kGce{field("project"), field("zone"), field("filter"), kRefresh, kPort, field("tag_separator")};
constexpr std::array kGceRequired{Required{"project", "GCE SD configuration requires a project"},
                                  Required{"zone", "GCE SD configuration requires a zone"}};
constexpr std::string_view kHetznerRoles[] = {"robot", "hcloud"};
constexpr std::array kHetzner{kRefresh, kPort, choice("role", kHetznerRoles), field("label_selector")};
constexpr std::array kHetznerRequired{Required{"role", "role missing (one of: robot, hcloud)"}};
constexpr std::array kIonos{field("datacenter_id"), kRefresh, kPort};
constexpr std::array kIonosRequired{Required{"datacenter_id", "datacenter id can't be empty"}};
constexpr std::array kKuma{field("server"), kRefresh, field("fetch_timeout", duration), field("client_id")};
constexpr std::array kKumaRequired{Required{"server", "kuma SD server must not be empty"}};
constexpr std::array kLinode{kRefresh, kPort, field("tag_separator"), field("region")};

constexpr std::array kMarathon{field("servers", texts), kRefresh, field("auth_token"), field("auth_token_file")};
constexpr std::array kMarathonRequired{Required{"servers", "marathon_sd: must contain at least one Marathon server"}};
void refuse_marathon(const DecodedBlock& block, Diagnostics& diagnostics) {
  const auto refuse = [&](std::string_view ways) {
    report(diagnostics, block.where, format("marathon_sd: at most one of {} must be configured", ways),
           "keep one of them");
  };
  const bool token = filled(block, "auth_token");
  const bool file = filled(block, "auth_token_file");
  if (token && file) refuse("auth_token & auth_token_file");
  if (!token && !file) return;
  if (block.one("basic_auth") != nullptr) refuse("basic_auth, auth_token & auth_token_file");
  if (filled(block, "bearer_token") || filled(block, "bearer_token_file")) {
    refuse("bearer_token, bearer_token_file, auth_token & auth_token_file");
  }
  if (block.one("authorization") != nullptr) refuse("auth_token, auth_token_file & authorization");
}

constexpr std::array kZookeeper{field("servers", texts), field("paths", texts), field("timeout", duration)};
constexpr std::array kNerveRequired{Required{"servers", "nerve SD config must contain at least one Zookeeper server"},
                                    Required{"paths", "nerve SD config must contain at least one path"}};
constexpr std::array kServersetRequired{
    Required{"servers", "serverset SD config must contain at least one Zookeeper server"},
    Required{"paths", "serverset SD config must contain at least one path"}};
void refuse_paths(const DecodedBlock& block, Diagnostics& diagnostics) {
  const Node* paths = block.node->find("paths");
  if (paths == nullptr || !paths->is_sequence()) return;
  for (const Node* path : paths->items) {
    if (path->is_scalar() && path->text.starts_with('/')) continue;
    report(diagnostics, path->where(), format("SD config paths must begin with '/': {}", path->text),
           "write the whole path");
  }
}

constexpr std::array kNomad{
    field("allow_stale", boolean), field("namespace"), kRefresh, field("region"), field("server"),
    field("tag_separator")};
void refuse_nomad(const DecodedBlock& block, Diagnostics& diagnostics) {
  if (block.node->find("server") == nullptr || filled(block, "server")) return;
  report(diagnostics, block.where, "nomad SD configuration requires a server address", "add `server: …`");
}

constexpr std::string_view kOpenstackRoles[] = {"instance", "hypervisor", "loadbalancer"};
constexpr std::string_view kAvailabilities[] = {"public", "admin", "internal"};
constexpr std::array kOpenstack{field("identity_endpoint"),
                                field("username"),
                                field("userid"),
                                field("password"),
                                field("project_name"),
                                field("project_id"),
                                field("application_credential_name"),
                                field("application_credential_id"),
                                field("application_credential_secret"),
                                choice("role", kOpenstackRoles),
                                field("region"),
                                kRefresh,
                                kPort,
                                field("all_tenants", boolean),
                                choice("availability", kAvailabilities),
                                field("domain_name"),
                                field("domain_id")};
constexpr std::array kOpenstackRequired{Required{"role", "role missing (one of: instance, hypervisor, loadbalancer)"},
                                        Required{"region", "openstack SD configuration requires a region"}};

constexpr std::string_view kOvhServices[] = {"vps", "dedicated_server"};
constexpr std::array kOvh{
    field("endpoint"), field("application_key"),       field("application_secret"), field("consumer_key"),
    kRefresh,          choice("service", kOvhServices)};
constexpr std::array kOvhRequired{Required{"application_key", "application key can not be empty"},
                                  Required{"application_secret", "application secret can not be empty"},
                                  Required{"consumer_key", "consumer key can not be empty"},
                                  Required{"service", "unknown service: "}};

constexpr std::array kPuppetDb{field("url"), field("query"), field("include_parameters", boolean), kPort, kRefresh};
constexpr std::array kPuppetDbRequired{Required{"url", "URL is missing"}, Required{"query", "query missing"}};
void refuse_puppetdb(const DecodedBlock& block, Diagnostics& diagnostics) {
  const std::string url = block.fields.text("url");
  if (url.empty()) return;
  if (!url.starts_with("http://") && !url.starts_with("https://")) {
    report(diagnostics, block.fields.where("url"), "URL scheme must be 'http' or 'https'", "write the whole address");
  } else if (url.ends_with("://")) {
    report(diagnostics, block.fields.where("url"), "host is missing in URL", "write the whole address");
  }
}

constexpr std::string_view kScalewayRoles[] = {"instance", "baremetal"};
constexpr std::array kScaleway{field("project_id"),
                               choice("role", kScalewayRoles),
                               field("api_url"),
                               field("zone"),
                               field("access_key"),
                               field("secret_key"),
                               field("secret_key_file"),
                               field("name_filter"),
                               field("tags_filter", texts),
                               kRefresh,
                               kPort};
constexpr std::array kScalewayRequired{Required{"role", "role missing (one of: instance, baremetal)"},
                                       Required{"project_id", "project_id is mandatory"},
                                       Required{"access_key", "access_key is mandatory"}};

// Whether each character is of the kind that the one of `form` stands for: a a small letter, X a capital
// letter or digit, 0 a digit, h a hexadecimal one; any other stands for itself.
bool has_form(std::string_view text, std::string_view form) {
  return std::ranges::equal(text, form, [](char c, char wanted) {
    const bool digit = c >= '0' && c <= '9';
    const bool capital = c >= 'A' && c <= 'Z';
    if (wanted == 'X') return digit || capital;
    if (wanted == 'a') return c >= 'a' && c <= 'z';
    if (wanted == '0') return digit;
    if (wanted == 'h') return digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    return c == wanted;
  });
}

// Scaleway's own library looks at them as the configuration is read (scw.NewClient).
void refuse_form(const DecodedBlock& block, std::string_view key, std::string_view form, std::string_view what,
                 std::string_view expected, Diagnostics& diagnostics) {
  const std::string text = block.fields.text(key);
  if (!block.fields.has(key) || has_form(text, form)) return;
  report(diagnostics, block.fields.where(key), format("scaleway-sdk-go: invalid {} format '{}'", what, text),
         std::string(expected));
}

void refuse_scaleway(const DecodedBlock& block, Diagnostics& diagnostics) {
  constexpr std::string_view kUuid = "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh";
  constexpr std::string_view kExpectedUuid = "expected a UUID: xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  if (filled(block, "access_key")) {
    refuse_form(block, "access_key", "SCWXXXXXXXXXXXXXXXXX", "access key", "expected SCWXXXXXXXXXXXXXXXXX",
                diagnostics);
  }
  if (filled(block, "secret_key")) refuse_form(block, "secret_key", kUuid, "secret key", kExpectedUuid, diagnostics);
  if (filled(block, "project_id")) refuse_form(block, "project_id", kUuid, "project ID", kExpectedUuid, diagnostics);
  refuse_form(block, "zone", "aa-aaa-0", "default zone", "expected a zone such as fr-par-1", diagnostics);
  const int secrets = int{filled(block, "secret_key")} + int{filled(block, "secret_key_file")};
  if (secrets == 1) return;
  report(diagnostics, block.where,
         format("{} of secret_key & secret_key_file must be configured", secrets == 0 ? "one" : "at most one"),
         secrets == 0 ? "add `secret_key_file: …`" : "keep one of them");
}

constexpr std::array kStackit{field("project"),
                              field("region"),
                              field("endpoint"),
                              kPort,
                              kRefresh,
                              field("service_account_key"),
                              field("private_key"),
                              field("service_account_key_path"),
                              field("private_key_path"),
                              field("credentials_file_path")};
constexpr std::string_view kTritonRoles[] = {"container", "cn"};
constexpr std::array kTriton{field("account"),  choice("role", kTritonRoles), field("dns_suffix"),
                             field("endpoint"), field("groups", texts),       kPort,
                             kRefresh,          field("version", integer)};
constexpr std::array kTritonRequired{Required{"account", "triton SD configuration requires an account"},
                                     Required{"dns_suffix", "triton SD configuration requires a dns_suffix"},
                                     Required{"endpoint", "triton SD configuration requires an endpoint"}};
constexpr std::array kUyuni{field("server"),      field("username"),  field("password"),
                            field("entitlement"), field("separator"), kRefresh};
constexpr std::array kUyuniRequired{Required{"server", "Uyuni SD configuration requires server host"},
                                    Required{"username", "Uyuni SD configuration requires a username"},
                                    Required{"password", "Uyuni SD configuration requires a password"}};

constexpr std::array kKinds{
    Kind{"azure_sd_configs", Client::whole_unchecked, kAzure, kAzureRequired, refuse_azure},
    Kind{"consul_sd_configs", Client::whole, kConsul, {}, refuse_consul},
    Kind{"digitalocean_sd_configs", Client::whole, kDigitalOcean},
    Kind{"docker_sd_configs", Client::whole, kDocker, kHostRequired, refuse_docker},
    Kind{"dockerswarm_sd_configs", Client::whole, kSwarm, kSwarmRequired, refuse_docker},
    Kind{"ec2_sd_configs", Client::whole_unchecked, kAmazon, {}, refuse_amazon},
    Kind{"eureka_sd_configs", Client::whole, kEureka, kEurekaRequired, refuse_eureka},
    Kind{"gce_sd_configs", Client::none, kGce, kGceRequired},
    Kind{"hetzner_sd_configs", Client::whole, kHetzner, kHetznerRequired},
    Kind{"ionos_sd_configs", Client::whole, kIonos, kIonosRequired},
    Kind{"kuma_sd_configs", Client::whole, kKuma, kKumaRequired},
    Kind{"lightsail_sd_configs", Client::whole_unchecked, kAmazon, {}, tell_of_region},
    Kind{"linode_sd_configs", Client::whole, kLinode},
    Kind{"marathon_sd_configs", Client::whole, kMarathon, kMarathonRequired, refuse_marathon},
    Kind{"nerve_sd_configs", Client::none, kZookeeper, kNerveRequired, refuse_paths},
    Kind{"nomad_sd_configs", Client::whole, kNomad, {}, refuse_nomad},
    Kind{"openstack_sd_configs", Client::tls, kOpenstack, kOpenstackRequired},
    Kind{"ovhcloud_sd_configs", Client::none, kOvh, kOvhRequired},
    Kind{"puppetdb_sd_configs", Client::whole_unchecked, kPuppetDb, kPuppetDbRequired, refuse_puppetdb},
    Kind{"scaleway_sd_configs", Client::whole, kScaleway, kScalewayRequired, refuse_scaleway},
    Kind{"serverset_sd_configs", Client::none, kZookeeper, kServersetRequired, refuse_paths},
    Kind{"stackit_sd_configs", Client::whole, kStackit},
    Kind{"triton_sd_configs", Client::tls, kTriton, kTritonRequired},
    Kind{"uyuni_sd_configs", Client::whole_unchecked, kUyuni, kUyuniRequired},
    Kind{"vultr_sd_configs", Client::whole, kDigitalOcean},
};

// Which objects a list chooses: three kinds have it.
constexpr std::string_view kFilters = "filters";
constexpr std::array<std::string_view, 3> kFiltered = {"docker_sd_configs", "dockerswarm_sd_configs", "ec2_sd_configs"};

void decode_filters(const Node& item, Diagnostics& diagnostics) {
  constexpr std::array kFilter{field("name"), field("values", texts)};
  const Node* filters = item.find(kFilters);
  if (filters == nullptr || filters->is_null() || !expect_sequence(*filters, "'filters'", diagnostics)) return;
  for (const Node* filter : filters->items) {
    if (!filter->is_null()) decode_fields(*filter, kFilter, {}, "a filter", yaml::Nulls::absent, diagnostics);
  }
}

// What kinds have had since version 2.42, beside what all clients have.
constexpr std::array<std::string_view, 3> kNewer = {"match_first_network", "label_selector", "health_filter"};

}  // namespace

void refuse_discovery_kind(std::string_view list, const Node& item, promql::Version version, Diagnostics& diagnostics) {
  const auto* const kind = std::ranges::find(kKinds, list, &Kind::list);
  if (kind == kKinds.end() || item.is_null()) return;
  const std::string what = format("a section in {}", list);
  // The kind's own keys by its table, the client's by the client's; each leaves the other's to it.
  const bool old = version == promql::Version::v2;
  const bool whole = kind->client == Client::whole || kind->client == Client::whole_unchecked;
  yaml::Block client = client_block(whole, kind->client != Client::none);
  std::vector<std::string_view> own(client.elsewhere.begin(), client.elsewhere.end());
  for (const FieldSpec& spec : kind->fields) own.push_back(spec.name);
  if (std::ranges::find(kFiltered, list) != kFiltered.end()) own.push_back(kFilters);
  client.elsewhere = own;
  DecodedBlock block = decode_block(item, client, what, diagnostics);
  if (!item.is_mapping()) return;
  const Fields fields =
      decode_fields(item, kind->fields, {.ignore_unknown = true}, what, yaml::Nulls::absent, diagnostics);
  if (whole && !(old && kind->client == Client::whole_unchecked)) {
    refuse_client(block, version, ClientOf::discovery, diagnostics);
  } else if (whole) {
    refuse_client_form(block, version, diagnostics);
  } else {
    refuse_tls(block.one("tls_config"), version, diagnostics);
  }
  if (std::ranges::find(kFiltered, list) != kFiltered.end()) decode_filters(item, diagnostics);
  refuse_newer_fields(item, kNewer, version, diagnostics);
  for (const Required& required : kind->required) {
    if (filled(block, required.key)) continue;
    report(diagnostics, block.where, std::string(required.missing), format("add `{}: …`", required.key));
  }
  block.fields = fields;
  if (kind->more != nullptr) kind->more(block, diagnostics);
}

}  // namespace firedrill::scenario
