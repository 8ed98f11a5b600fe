#include "scenario/prometheus/prometheus_blocks.h"

#include <array>

namespace firedrill::scenario {
namespace {

using yaml::Block;
using yaml::ChildBlock;
using yaml::Nulls;
using yaml::Shape;
using enum FieldType;

template <typename T, std::size_t N, std::size_t M>
constexpr std::array<T, N + M> joined(const std::array<T, N>& a, const std::array<T, M>& b) {
  std::array<T, N + M> all{};
  for (std::size_t i = 0; i < N; ++i) all[i] = a[i];
  for (std::size_t i = 0; i < M; ++i) all[N + i] = b[i];
  return all;
}

constexpr FieldSpec field(std::string_view name, FieldType type = text, std::string_view doc = {}) {
  return {.name = name, .type = type, .doc = doc};
}
constexpr FieldSpec count(std::string_view name, std::string_view doc = {}) {
  return {.name = name, .type = integer, .doc = doc, .min = 0};
}
constexpr FieldSpec choice(std::string_view name, std::span<const std::string_view> choices) {
  return {.name = name, .type = text, .doc = {}, .choices = choices};
}

template <const auto& Fields>
std::span<const FieldSpec> fields_of() {
  return Fields;
}
constexpr std::array<FieldSpec, 0> kNoFields{};

template <const auto& Fields>
constexpr Block block(std::string_view name, std::span<const ChildBlock> children = {},
                      std::span<const std::string_view> elsewhere = {}) {
  return {.name = name,
          .doc = {},
          .fields = fields_of<Fields>,
          .children = children,
          .nulls = Nulls::absent,
          .elsewhere = elsewhere};
}
constexpr ChildBlock one(std::string_view name, const Block& block) {
  return {name, Shape::one, &block};
}
constexpr ChildBlock list(std::string_view name, const Block& block) {
  return {name, Shape::list, &block};
}

// Clients of HTTP.
constexpr std::string_view kTlsVersions[] = {"TLS10", "TLS11", "TLS12", "TLS13"};
constexpr std::array kTls{field("ca"),
                          field("cert"),
                          field("key"),
                          field("ca_file"),
                          field("cert_file"),
                          field("key_file"),
                          field("ca_ref"),
                          field("cert_ref"),
                          field("key_ref"),
                          field("server_name"),
                          field("insecure_skip_verify", boolean),
                          choice("min_version", kTlsVersions),
                          choice("max_version", kTlsVersions)};
constexpr Block kTlsBlock = block<kTls>("tls_config");
constexpr std::array kBasicAuth{field("username"), field("username_file"), field("username_ref"),
                                field("password"), field("password_file"), field("password_ref")};
constexpr Block kBasicAuthBlock = block<kBasicAuth>("basic_auth");
constexpr std::array kAuthorization{field("type"), field("credentials"), field("credentials_file"),
                                    field("credentials_ref")};
constexpr Block kAuthorizationBlock = block<kAuthorization>("authorization");
constexpr std::array kProxy{field("proxy_url"), field("no_proxy"), field("proxy_from_environment", boolean)};
constexpr std::array kOauthOwn{field("client_id"),
                               field("client_secret"),
                               field("client_secret_file"),
                               field("client_secret_ref"),
                               field("client_certificate_key_id"),
                               field("client_certificate_key"),
                               field("client_certificate_key_file"),
                               field("client_certificate_key_ref"),
                               field("grant_type"),
                               field("iss"),
                               field("audience"),
                               field("signature_algorithm"),
                               field("scopes", texts),
                               field("token_url"),
                               field("endpoint_params", text_map)};
constexpr auto kOauth = joined(kOauthOwn, kProxy);
constexpr std::array kOauthChildren{one("tls_config", kTlsBlock)};
constexpr std::string_view kOauthElsewhere[] = {"proxy_connect_header", "claims"};
constexpr Block kOauthBlock = block<kOauth>("oauth2", kOauthChildren, kOauthElsewhere);
constexpr std::array kHeader{field("values", texts), field("secrets", texts), field("files", texts)};
constexpr Block kHeaderBlock = block<kHeader>("header");
constexpr std::array kClientOwn{field("bearer_token"), field("bearer_token_file"), field("follow_redirects", boolean),
                                field("enable_http2", boolean)};
constexpr auto kClient = joined(kClientOwn, kProxy);
constexpr std::array kClientChildren{one("basic_auth", kBasicAuthBlock), one("authorization", kAuthorizationBlock),
                                     one("oauth2", kOauthBlock), one("tls_config", kTlsBlock),
                                     ChildBlock{"http_headers", Shape::by_name, &kHeaderBlock}};
constexpr std::string_view kClientElsewhere[] = {"proxy_connect_header"};

// Relabelling.
constexpr std::array kRelabel{field("source_labels", texts, "labels whose values are looked at"),
                              field("separator", text, "stands between their values"),
                              field("target_label", text, "label to write"),
                              field("regex", text, "which values are meant"),
                              count("modulus", "of hashmod"),
                              field("replacement", text, "value to write"),
                              field("action", text, "what to do")};
constexpr Block kRelabelBlock = block<kRelabel>("relabelling step");

// Service discovery.
constexpr std::array kStatic{field("targets", texts), field("labels", text_map)};
constexpr Block kStaticBlock = block<kStatic>("static_config");
constexpr std::string_view kRoles[] = {"node", "pod", "service", "endpoints", "endpointslice", "ingress"};
constexpr std::array kNamespaces{field("own_namespace", boolean), field("names", texts)};
constexpr Block kNamespacesBlock = block<kNamespaces>("namespaces");
constexpr std::array kSelector{choice("role", kRoles), field("label"), field("field")};
constexpr Block kSelectorBlock = block<kSelector>("selector");
constexpr std::array kAttach{field("node", boolean), field("namespace", boolean)};
constexpr Block kAttachBlock = block<kAttach>("attach_metadata");
constexpr std::array kKubernetesOwn{field("api_server"), choice("role", kRoles), field("kubeconfig_file")};
constexpr auto kKubernetes = joined(kKubernetesOwn, kClient);
constexpr std::array kKubernetesOwnChildren{one("namespaces", kNamespacesBlock), list("selectors", kSelectorBlock),
                                            one("attach_metadata", kAttachBlock)};
constexpr auto kKubernetesChildren = joined(kKubernetesOwnChildren, kClientChildren);
constexpr Block kKubernetesBlock = block<kKubernetes>("kubernetes_sd_config", kKubernetesChildren, kClientElsewhere);
constexpr std::array kFileSd{field("files", texts), field("refresh_interval", duration)};
constexpr Block kFileSdBlock = block<kFileSd>("file_sd_config");
constexpr std::array kHttpSdOwn{field("url"), field("refresh_interval", duration)};
constexpr auto kHttpSd = joined(kHttpSdOwn, kClient);
constexpr Block kHttpSdBlock = block<kHttpSd>("http_sd_config", kClientChildren, kClientElsewhere);
constexpr std::array kDns{field("names", texts), field("refresh_interval", duration), field("type"),
                          field("port", integer)};
constexpr Block kDnsBlock = block<kDns>("dns_sd_config");
constexpr std::array kDiscoveryChildren{list("static_configs", kStaticBlock), list("file_sd_configs", kFileSdBlock),
                                        list("http_sd_configs", kHttpSdBlock), list("dns_sd_configs", kDnsBlock),
                                        list("kubernetes_sd_configs", kKubernetesBlock)};
// And what a block of several of these has beside its fields: the first stands for kClientElsewhere.
constexpr std::string_view kOtherDiscovery[] = {
    "proxy_connect_header",    "aws_sd_configs",       "azure_sd_configs",       "consul_sd_configs",
    "digitalocean_sd_configs", "docker_sd_configs",    "dockerswarm_sd_configs", "ec2_sd_configs",
    "eureka_sd_configs",       "gce_sd_configs",       "hetzner_sd_configs",     "ionos_sd_configs",
    "kuma_sd_configs",         "lightsail_sd_configs", "linode_sd_configs",      "marathon_sd_configs",
    "nerve_sd_configs",        "nomad_sd_configs",     "openstack_sd_configs",   "oci_sd_configs",
    "outscale_sd_configs",     "ovhcloud_sd_configs",  "puppetdb_sd_configs",    "scaleway_sd_configs",
    "serverset_sd_configs",    "stackit_sd_configs",   "triton_sd_configs",      "uyuni_sd_configs",
    "vultr_sd_configs"};

// Jobs.
constexpr std::array kLimits{
    count("sample_limit", "most samples that a scrape may bring; 0: any number"),
    count("label_limit", "most labels of a scraped series; 0: any number"),
    count("label_name_length_limit", "longest name of a label; 0: any"),
    count("label_value_length_limit", "longest value of a label; 0: any"),
    count("target_limit", "most targets of a job; 0: any number"),
    field("body_size_limit", text, "largest answer to a scrape, which is not simulated"),
    count("keep_dropped_targets"),
};
constexpr std::string_view kValidation[] = {"", "legacy", "utf8"};
constexpr std::string_view kEscaping[] = {"", "allow-utf-8", "underscores", "dots", "values"};
constexpr std::string_view kProtocols[] = {"PrometheusProto", "OpenMetricsText0.0.1", "OpenMetricsText1.0.0",
                                           "PrometheusText1.0.0", "PrometheusText0.0.4"};
constexpr std::array kScraping{
    field("scrape_interval", duration, "how often targets are scraped"),
    field("scrape_timeout", duration, "after which a scrape has failed"),
    FieldSpec{.name = "scrape_protocols", .type = texts, .doc = {}, .choices = kProtocols},
    field("scrape_failure_log_file"),
    field("scrape_native_histograms", boolean),
    field("convert_classic_histograms_to_nhcb", boolean),
    field("always_scrape_classic_histograms", boolean),
    field("extra_scrape_metrics", boolean),
};
constexpr auto kScrapingAndLimits = joined(kScraping, kLimits);
constexpr std::array kJobName{field("job_name", text, "the job's name")};
constexpr std::array kJobOwn{
    field("honor_labels", boolean),
    field("honor_timestamps", boolean),
    field("track_timestamps_staleness", boolean),
    choice("fallback_scrape_protocol", kProtocols),
    field("metrics_path"),
    field("scheme"),
    field("enable_compression", boolean),
    count("native_histogram_bucket_limit"),
    field("native_histogram_min_bucket_factor", number),
    choice("metric_name_validation_scheme", kValidation),
    choice("metric_name_escaping_scheme", kEscaping),
};
constexpr auto kJob = joined(joined(joined(kJobName, kScrapingAndLimits), kJobOwn), kClient);
constexpr std::array kJobRelabelling{list("relabel_configs", kRelabelBlock),
                                     list("metric_relabel_configs", kRelabelBlock)};
constexpr auto kJobChildren = joined(joined(kJobRelabelling, kDiscoveryChildren), kClientChildren);
constexpr auto kJobElsewhere = [] {
  std::array<std::string_view, std::size(kOtherDiscovery) + 1> all{"params"};
  for (std::size_t i = 0; i < std::size(kOtherDiscovery); ++i) all[i + 1] = kOtherDiscovery[i];
  return all;
}();
constexpr Block kJobBlock = block<kJob>("scrape_config", kJobChildren, kJobElsewhere);

// Alertmanagers.
constexpr std::array kManagerOwn{field("scheme"), field("path_prefix"), field("timeout", duration),
                                 field("api_version")};
constexpr auto kManager = joined(kManagerOwn, kClient);
constexpr std::array kManagerRelabelling{list("relabel_configs", kRelabelBlock),
                                         list("alert_relabel_configs", kRelabelBlock)};
constexpr auto kManagerChildren = joined(joined(kManagerRelabelling, kDiscoveryChildren), kClientChildren);
constexpr auto kManagerElsewhere = [] {
  std::array<std::string_view, std::size(kOtherDiscovery) + 1> all{"sigv4"};
  for (std::size_t i = 0; i < std::size(kOtherDiscovery); ++i) all[i + 1] = kOtherDiscovery[i];
  return all;
}();
constexpr Block kManagerBlock = block<kManager>("alertmanager", kManagerChildren, kManagerElsewhere);
constexpr std::array kAlertingChildren{list("alert_relabel_configs", kRelabelBlock),
                                       list("alertmanagers", kManagerBlock)};
constexpr Block kAlertingBlock = block<kNoFields>("alerting", kAlertingChildren);

// Remote storage.
constexpr std::array kQueue{field("capacity", integer),
                            field("max_shards", integer),
                            field("min_shards", integer),
                            field("max_samples_per_send", integer),
                            field("batch_send_deadline", duration),
                            field("min_backoff", duration),
                            field("max_backoff", duration),
                            field("retry_on_http_429", boolean),
                            field("sample_age_limit", duration)};
constexpr Block kQueueBlock = block<kQueue>("queue_config");
constexpr std::array kMetadata{field("send", boolean), field("send_interval", duration),
                               field("max_samples_per_send", integer)};
constexpr Block kMetadataBlock = block<kMetadata>("metadata_config");
constexpr std::array kRemote{field("url"), field("remote_timeout", duration), field("headers", text_map),
                             field("name")};
constexpr std::string_view kMessages[] = {"prometheus.WriteRequest", "io.prometheus.write.v2.Request"};
constexpr std::array kRemoteWriteOwn{field("send_exemplars", boolean), field("send_native_histograms", boolean),
                                     field("round_robin_dns", boolean), choice("protobuf_message", kMessages)};
constexpr auto kRemoteWrite = joined(joined(kRemote, kRemoteWriteOwn), kClient);
constexpr std::array kRemoteWriteOwnChildren{list("write_relabel_configs", kRelabelBlock),
                                             one("queue_config", kQueueBlock), one("metadata_config", kMetadataBlock)};
constexpr auto kRemoteWriteChildren = joined(kRemoteWriteOwnChildren, kClientChildren);
constexpr std::string_view kRemoteWriteElsewhere[] = {"proxy_connect_header", "sigv4", "azuread", "google_iam"};
constexpr Block kRemoteWriteBlock = block<kRemoteWrite>("remote_write", kRemoteWriteChildren, kRemoteWriteElsewhere);
constexpr std::array kRemoteReadOwn{count("chunked_read_limit"), field("read_recent", boolean),
                                    field("required_matchers", text_map), field("filter_external_labels", boolean)};
constexpr auto kRemoteRead = joined(joined(kRemote, kRemoteReadOwn), kClient);
constexpr Block kRemoteReadBlock = block<kRemoteRead>("remote_read", kClientChildren, kClientElsewhere);

// The rest.
constexpr std::array kRetention{field("time", duration), field("size")};
constexpr Block kRetentionBlock = block<kRetention>("retention");
constexpr std::array kTsdb{field("out_of_order_time_window", duration)};
constexpr std::array kTsdbChildren{one("retention", kRetentionBlock)};
constexpr Block kTsdbBlock = block<kTsdb>("tsdb", kTsdbChildren);
constexpr std::array kExemplars{field("max_exemplars", integer)};
constexpr Block kExemplarsBlock = block<kExemplars>("exemplars");
constexpr std::array kStorageChildren{one("tsdb", kTsdbBlock), one("exemplars", kExemplarsBlock)};
constexpr Block kStorageBlock = block<kNoFields>("storage", kStorageChildren);
constexpr std::string_view kTracingClients[] = {"http", "grpc"};
constexpr std::string_view kCompressions[] = {"", "gzip"};
constexpr std::array kTracing{choice("client_type", kTracingClients),
                              field("endpoint"),
                              field("sampling_fraction", number),
                              field("insecure", boolean),
                              field("headers", text_map),
                              choice("compression", kCompressions),
                              field("timeout", duration)};
constexpr std::array kTracingChildren{one("tls_config", kTlsBlock)};
constexpr Block kTracingBlock = block<kTracing>("tracing", kTracingChildren);
constexpr std::array kRuntime{field("gogc", integer)};
constexpr Block kRuntimeBlock = block<kRuntime>("runtime");
constexpr std::string_view kStrategies[] = {"UnderscoreEscapingWithSuffixes", "UnderscoreEscapingWithoutSuffixes",
                                            "NoUTF8EscapingWithSuffixes", "NoTranslation"};
constexpr std::array kOtlp{field("promote_all_resource_attributes", boolean),
                           field("promote_resource_attributes", texts),
                           field("ignore_resource_attributes", texts),
                           choice("translation_strategy", kStrategies),
                           field("keep_identifying_resource_attributes", boolean),
                           field("convert_histograms_to_nhcb", boolean),
                           field("promote_scope_metadata", boolean),
                           field("label_name_underscore_sanitization", boolean),
                           field("label_name_preserve_multiple_underscores", boolean)};
constexpr Block kOtlpBlock = block<kOtlp>("otlp");
constexpr std::array kGlobalOwn{
    field("evaluation_interval", duration, "how often rules are evaluated"),
    field("rule_query_offset", duration, "how far in the past rules are evaluated"),
    field("external_labels", text_map, "labels that alerts carry to the outside"),
    field("query_log_file"),
    field("metric_name_validation_scheme"),
    field("metric_name_escaping_scheme"),
};
constexpr auto kGlobal = joined(kGlobalOwn, kScrapingAndLimits);
constexpr Block kGlobalBlock = block<kGlobal>("global");

constexpr std::array kTop{field("rule_files", texts, "paths of rule files"), field("scrape_config_files", texts)};
constexpr std::array kTopChildren{one("global", kGlobalBlock),
                                  one("alerting", kAlertingBlock),
                                  list("scrape_configs", kJobBlock),
                                  list("remote_write", kRemoteWriteBlock),
                                  list("remote_read", kRemoteReadBlock),
                                  one("storage", kStorageBlock),
                                  one("tracing", kTracingBlock),
                                  one("runtime", kRuntimeBlock),
                                  one("otlp", kOtlpBlock)};
constexpr Block kTopBlock = block<kTop>("prometheus.yml", kTopChildren);
constexpr std::array kScrapeConfigChildren{list("scrape_configs", kJobBlock)};
constexpr Block kScrapeConfigBlock = block<kNoFields>("scrape config file", kScrapeConfigChildren);

}  // namespace

const yaml::Block& prometheus_block() {
  return kTopBlock;
}

const yaml::Block& scrape_config_block() {
  return kScrapeConfigBlock;
}

yaml::Block client_block(bool whole, bool tls) {
  if (whole) return block<kClient>("client", kClientChildren, kClientElsewhere);
  return tls ? block<kNoFields>("client", kOauthChildren) : block<kNoFields>("client");
}

std::span<const std::string_view> other_discovery_keys() {
  return std::span(kOtherDiscovery).subspan(1);
}

}  // namespace firedrill::scenario
