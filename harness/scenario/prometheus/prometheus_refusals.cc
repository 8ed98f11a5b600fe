#include "scenario/prometheus/prometheus_refusals.h"

#include <algorithm>
#include <array>
#include <set>
#include <span>

#include "base/report.h"
#include "base/text/format.h"
#include "model/labels.h"
#include "scenario/discovery/discovery_kinds.h"
#include "scenario/prometheus/client_refusals.h"
#include "scenario/prometheus/prometheus_blocks.h"
#include "scenario/prometheus/relabel_yaml.h"
#include "template/format/unicode.h"
#include "yaml/reserved_headers.h"

namespace firedrill::scenario {
namespace {

using promql::Version;
using yaml::DecodedBlock;
using yaml::Node;

// What came after a version.
struct Newer {
  std::string_view block;  // empty: the whole configuration
  std::string_view key;
};
constexpr std::array<Newer, 38> kAfter2_42 = {{
    {"", "scrape_config_files"},
    {"", "runtime"},
    {"", "otlp"},
    {"global", "rule_query_offset"},
    {"global", "scrape_protocols"},
    {"global", "scrape_failure_log_file"},
    {"global", "sample_limit"},
    {"global", "target_limit"},
    {"global", "label_limit"},
    {"global", "label_name_length_limit"},
    {"global", "label_value_length_limit"},
    {"global", "body_size_limit"},
    {"global", "keep_dropped_targets"},
    {"global", "metric_name_validation_scheme"},
    {"global", "metric_name_escaping_scheme"},
    {"global", "convert_classic_histograms_to_nhcb"},
    {"global", "always_scrape_classic_histograms"},
    {"job", "track_timestamps_staleness"},
    {"job", "scrape_protocols"},
    {"job", "fallback_scrape_protocol"},
    {"job", "scrape_failure_log_file"},
    {"job", "enable_compression"},
    {"job", "native_histogram_bucket_limit"},
    {"job", "native_histogram_min_bucket_factor"},
    {"job", "keep_dropped_targets"},
    {"job", "metric_name_validation_scheme"},
    {"job", "metric_name_escaping_scheme"},
    {"job", "convert_classic_histograms_to_nhcb"},
    {"job", "always_scrape_classic_histograms"},
    {"job", "stackit_sd_configs"},
    {"alertmanager", "stackit_sd_configs"},
    {"alertmanager", "alert_relabel_configs"},
    {"alertmanager", "sigv4"},
    {"remote_write", "protobuf_message"},
    {"remote_write", "azuread"},
    {"remote_write", "google_iam"},
    {"remote_write", "round_robin_dns"},
    {"remote_read", "chunked_read_limit"},
}};
constexpr std::array<Newer, 11> kAfter3_5 = {{
    {"global", "scrape_native_histograms"},
    {"global", "extra_scrape_metrics"},
    {"job", "scrape_native_histograms"},
    {"job", "extra_scrape_metrics"},
    {"tsdb", "retention"},
    {"job", "aws_sd_configs"},
    {"job", "oci_sd_configs"},
    {"job", "outscale_sd_configs"},
    {"alertmanager", "aws_sd_configs"},
    {"alertmanager", "oci_sd_configs"},
    {"alertmanager", "outscale_sd_configs"},
}};

void refuse_newer(const DecodedBlock& block, std::string_view name, Version version, Diagnostics& diagnostics) {
  const auto refuse = [&](const Newer& newer, std::string_view of) {
    const Node::Entry* entry = newer.block == name ? block.node->entry(newer.key) : nullptr;
    if (entry == nullptr) return;
    report(diagnostics, entry->key_node->where(), format("Prometheus {} does not know the field '{}'", of, newer.key),
           "remove it, or read the file with --promql-version 3, which stands for the newest");
  };
  if (version == Version::v3) return;
  for (const Newer& newer : kAfter3_5) refuse(newer, version == Version::v2 ? "2" : "3.5");
  if (version != Version::v2) return;
  for (const Newer& newer : kAfter2_42) refuse(newer, "2");
}

// ^[^*]*(\*[^/]*)?$
void refuse_patterns(const DecodedBlock& root, std::string_view key, std::string_view what, Diagnostics& diagnostics) {
  const Node* patterns = root.node->find(key);
  if (patterns == nullptr) return;
  for (const Node* pattern : patterns->items) {
    const std::size_t star = pattern->text.find('*');
    if (star == std::string::npos || pattern->text.find('/', star) == std::string::npos) continue;
    report(diagnostics, pattern->where(), format("invalid {} path {}", what, model::quote(pattern->text)),
           "Prometheus takes `*` in the last part of a path only; name each folder");
  }
}

// What a list may say of how scrapes are read.
void refuse_protocols(const DecodedBlock& block, std::string_view whose, Diagnostics& diagnostics) {
  constexpr std::string_view kKey = "scrape_protocols";
  const Node* list = block.node->find(kKey);
  if (list == nullptr || list->is_null() || !list->is_sequence()) return;
  if (list->items.empty()) {
    report(diagnostics, list->where(), format("scrape_protocols cannot be empty for {}", whose), "remove it");
  }
  std::set<std::string> seen;
  for (const Node* item : list->items) {
    if (seen.insert(templates::to_lower(item->text)).second) continue;
    report(diagnostics, item->where(), format("duplicated protocol in scrape_protocols: {}", item->text),
           "name each once");
  }
}

constexpr std::string_view kSchemes[] = {"allow-utf-8", "underscores", "dots", "values"};

// How names are validated and escaped is looked at job by job, in Prometheus too.
void refuse_name_schemes(const DecodedBlock* global, const DecodedBlock& job, Version version,
                         Diagnostics& diagnostics) {
  const auto of_global = [&](std::string_view key) {
    return global == nullptr ? std::string() : global->fields.text(key);
  };
  const std::string global_validation = of_global("metric_name_validation_scheme");
  const std::string global_escaping = of_global("metric_name_escaping_scheme");
  if (!global_escaping.empty() && std::ranges::find(kSchemes, global_escaping) == std::end(kSchemes)) {
    report(diagnostics, global->fields.where("metric_name_escaping_scheme"),
           format("unknown global name escaping method specified, got {}", model::quote(global_escaping)),
           "expected allow-utf-8, underscores, dots or values");
  }
  if (!global_validation.empty() && global_validation != "utf8" && global_validation != "legacy") {
    report(diagnostics, global->fields.where("metric_name_validation_scheme"),
           format("unknown global name validation method specified, got {}", model::quote(global_validation)),
           "expected utf8 or legacy");
  }
  const std::string own = job.fields.text("metric_name_validation_scheme");
  const std::string validation = own.empty() ? global_validation : own;
  std::string escaping = job.fields.text("metric_name_escaping_scheme");
  // Later versions take what goes with the job's own validation.
  const bool of_global_too = own.empty() || version != Version::v3;
  if (escaping.empty() && of_global_too) escaping = global_escaping;
  if (escaping.empty() && of_global_too && global_validation != "legacy") escaping = "allow-utf-8";
  if (validation == "legacy" && escaping == "allow-utf-8") {
    report(diagnostics, job.where, "utf8 metric names requested but validation scheme is not set to UTF8",
           "choose another metric_name_escaping_scheme");
  }
}

void refuse_other_discovery(const DecodedBlock& block, Version version, Diagnostics& diagnostics) {
  for (const std::string_view key : other_discovery_keys()) {
    const Node* list = block.node->find(key);
    if (list == nullptr || list->is_null() || !expect_sequence(*list, format("'{}'", key), diagnostics)) continue;
    refuse_nulls(block, key, format("section in {}", key), diagnostics);
    for (const Node* item : list->items) refuse_discovery_kind(key, *item, version, diagnostics);
  }
}

void refuse_job(const DecodedBlock& job, const DecodedBlock* global, Version version, Diagnostics& diagnostics) {
  refuse_newer(job, "job", version, diagnostics);
  refuse_client(job, version, ClientOf::server, diagnostics);
  refuse_discovery(job, version, diagnostics);
  refuse_other_discovery(job, version, diagnostics);
  refuse_nulls(job, "relabel_configs", "target relabeling rule in scrape config", diagnostics);
  refuse_nulls(job, "metric_relabel_configs", "metric relabeling rule in scrape config", diagnostics);
  make_steps(job.all("relabel_configs"), version, diagnostics);
  refuse_protocols(job, format("scrape config with job name {}", model::quote(job.fields.text("job_name"))),
                   diagnostics);
  refuse_name_schemes(global, job, version, diagnostics);
  const Node* parameters = job.node->find("params");
  if (parameters == nullptr || parameters->is_null() || !expect_mapping(*parameters, "'params'", diagnostics)) return;
  refuse_keys_merged_again(*parameters, diagnostics);
  expect_lists_of_texts(*parameters, "params", diagnostics);
}

// Of remote_write and Alertmanagers (github.com/prometheus/sigv4).
void refuse_sigv4(const DecodedBlock& block, Version version, Diagnostics& diagnostics) {
  constexpr auto kText = [](std::string_view name) {
    return FieldSpec{.name = name, .type = FieldType::text, .doc = {}};
  };
  constexpr std::array kFields{
      kText("region"),       kText("access_key"),
      kText("secret_key"),   kText("profile"),
      kText("role_arn"),     kText("external_id"),
      kText("service_name"), FieldSpec{.name = "use_fips_sts_endpoint", .type = FieldType::boolean, .doc = {}}};
  constexpr std::size_t kOf2_42 = 5;
  const Node* sigv4 = block.node->find("sigv4");
  if (sigv4 == nullptr || sigv4->is_null()) return;
  const std::span<const FieldSpec> known = kFields;
  const Fields fields = yaml::decode_fields(*sigv4, version == Version::v2 ? known.first(kOf2_42) : known, {},
                                            "'sigv4'", yaml::Nulls::absent, diagnostics);
  if (fields.text("access_key").empty() != fields.text("secret_key").empty()) {
    report(diagnostics, sigv4->where(),
           "must provide a AWS SigV4 Access key and Secret Key if credentials are specified in the SigV4 config",
           "give both, or none");
  }
  if (!fields.text("external_id").empty() && fields.text("role_arn").empty()) {
    report(diagnostics, sigv4->where(), "external_id can only be used with role_arn", "add `role_arn: …`");
  }
}

void refuse_alertmanager(const DecodedBlock& manager, Version version, Diagnostics& diagnostics) {
  refuse_newer(manager, "alertmanager", version, diagnostics);
  if (manager.fields.has("api_version")) {
    const std::string api = manager.fields.text("api_version");
    const bool old = version == Version::v2 && api == "v1";
    if (api != "v2" && !old) {
      report(diagnostics, manager.fields.where("api_version"),
             format("expected Alertmanager api version to be one of [{}] but got {}",
                    version == Version::v2 ? "v1 v2" : "v2", api),
             "remove it: v2 is what Alertmanager has served since 0.16");
    }
  }
  refuse_client(manager, version, ClientOf::server, diagnostics);
  refuse_discovery(manager, version, diagnostics);
  refuse_other_discovery(manager, version, diagnostics);
  refuse_nulls(manager, "relabel_configs", "Alertmanager target relabeling rule", diagnostics);
  refuse_nulls(manager, "alert_relabel_configs", "Alertmanager alert relabeling rule", diagnostics);
  make_steps(manager.all("relabel_configs"), version, diagnostics);
  make_steps(manager.all("alert_relabel_configs"), version, diagnostics);
  refuse_sigv4(manager, version, diagnostics);
  const Node* sigv4 = manager.node->find("sigv4");
  const bool client = manager.one("basic_auth") || manager.one("authorization") || manager.one("oauth2");
  if (sigv4 != nullptr && !sigv4->is_null() && client) {
    report(diagnostics, sigv4->where(), "at most one of basic_auth, authorization, oauth2, & sigv4 must be configured",
           "keep one of them");
  }
}

void refuse_headers(const DecodedBlock& block, std::string_view authorization, Diagnostics& diagnostics) {
  const Node* headers = block.node->find("headers");
  if (headers == nullptr) return;
  refuse_keys_merged_again(*headers, diagnostics);
  for (const Node::Entry& header : headers->entries) {
    const bool scrape_only = templates::to_lower(header.key) == "x-prometheus-scrape-timeout-seconds";
    if (templates::to_lower(header.key) == "authorization") {
      report(diagnostics, header.key_node->where(), std::string(authorization), "remove the header");
    } else if (yaml::is_reserved_header(templates::to_lower(header.key)) && !scrape_only) {
      report(diagnostics, header.key_node->where(),
             format("{} is a reserved header. It must not be changed", header.key), "remove it");
    }
  }
}

// Of remote_write and remote_read.
void refuse_remotes(const DecodedBlock& root, std::string_view key, std::string_view in_words, Version version,
                    Diagnostics& diagnostics) {
  refuse_nulls(root, key, format("{} config section", in_words), diagnostics);
  std::set<std::string> names;
  for (const DecodedBlock& remote : root.all(key)) {
    refuse_newer(remote, key, version, diagnostics);
    const Node* url = remote.node->find("url");
    if (!remote.node->is_null() && (url == nullptr || url->is_null())) {
      report(diagnostics, remote.where, format("url for {} is empty", key), "add `url: …`");
    }
    refuse_url(remote, "url", diagnostics);
    refuse_label_names(remote.node->find("required_matchers"), version, diagnostics);
    if (key == "remote_write") refuse_sigv4(remote, version, diagnostics);
    const std::string name = remote.fields.text("name");
    if (!name.empty() && !names.insert(name).second) {
      report(diagnostics, remote.fields.where("name"),
             format("found multiple {} configs with job name {}", in_words, model::quote(name)),
             "give each a name of its own");
    }
    refuse_headers(remote,
                   "authorization header must be changed via the basic_auth, authorization, oauth2, sigv4, azuread or "
                   "google_iam parameter",
                   diagnostics);
    refuse_client(remote, version, ClientOf::server, diagnostics);
    refuse_nulls(remote, "write_relabel_configs", "relabeling rule in remote write config", diagnostics);
    make_steps(remote.all("write_relabel_configs"), version, diagnostics);
    int ways = 0;
    for (const std::string_view way : {"basic_auth", "authorization", "oauth2", "sigv4", "azuread", "google_iam"}) {
      const Node* node = remote.node->find(way);
      if (node != nullptr && !node->is_null()) ++ways;
    }
    if (ways > 1) {
      report(diagnostics, remote.where,
             "at most one of basic_auth, authorization, oauth2, sigv4, azuread or google_iam must be configured",
             "keep one of them");
    }
  }
}

void refuse_tracing(const DecodedBlock* tracing, Version version, Diagnostics& diagnostics) {
  if (tracing == nullptr) return;
  if (tracing->fields.text("endpoint").empty()) {
    report(diagnostics, tracing->where, "tracing endpoint must be set", "add `endpoint: …`");
  }
  refuse_tls(tracing->one("tls_config"), version, diagnostics);
  refuse_headers(*tracing, "custom authorization header configuration is not yet supported", diagnostics);
}

std::string trimmed(std::string_view text) {
  constexpr std::string_view kSpaces = " \t\r\n\v\f";
  const std::size_t begin = text.find_first_not_of(kSpaces);
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(kSpaces) - begin + 1));
}

void refuse_attributes(const DecodedBlock& otlp, std::string_view key, Diagnostics& diagnostics) {
  std::set<std::string> seen;
  const Node* list = otlp.node->find(key);
  if (list == nullptr) return;
  for (const Node* item : list->items) {
    const std::string name = trimmed(item->text);
    if (name.empty()) {
      report(diagnostics, item->where(), format("invalid '{}': an attribute without a name", key), "remove it");
    } else if (!seen.insert(name).second) {
      report(diagnostics, item->where(), format("invalid '{}': duplicated {}", key, model::quote(name)),
             "name each once");
    }
  }
}

void refuse_otlp(const DecodedBlock* otlp, const DecodedBlock* global, Diagnostics& diagnostics) {
  if (otlp == nullptr) return;
  const std::string strategy = otlp->fields.text("translation_strategy");
  const bool legacy = global != nullptr && global->fields.text("metric_name_validation_scheme") == "legacy";
  if (legacy && strategy.starts_with("No")) {
    report(diagnostics, otlp->fields.where("translation_strategy"),
           format("OTLP translation strategy {} is not allowed when UTF8 is disabled", model::quote(strategy)),
           "choose one of UnderscoreEscaping…");
  }
  const bool all = otlp->fields.boolean("promote_all_resource_attributes");
  if (all && !otlp->fields.texts("promote_resource_attributes").empty()) {
    report(diagnostics, otlp->fields.where("promote_resource_attributes"),
           "'promote_all_resource_attributes' and 'promote_resource_attributes' cannot be configured simultaneously",
           "keep one of them");
  }
  if (!all && !otlp->fields.texts("ignore_resource_attributes").empty()) {
    report(diagnostics, otlp->fields.where("ignore_resource_attributes"),
           "'ignore_resource_attributes' cannot be configured unless 'promote_all_resource_attributes' is true",
           "remove it");
  }
  for (const std::string_view key : {"promote_resource_attributes", "ignore_resource_attributes"}) {
    refuse_attributes(*otlp, key, diagnostics);
  }
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

bool is_byte_size(std::string_view text) {
  constexpr std::array<std::string_view, 13> kUnits = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "KB",
                                                       "MB",  "GB",  "TB",  "PB",  "EB",  "B"};
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return true;
  if (text.empty()) return false;
  while (!text.empty()) {
    std::size_t length = 0;
    while (length < text.size() && (is_digit(text[length]) || text[length] == '.')) ++length;
    if (length == 0 || std::ranges::count(text.substr(0, length), '.') > 1 || text.substr(0, length) == ".") {
      return false;
    }
    text.remove_prefix(length);
    const auto unit = std::ranges::find_if(kUnits, [&](std::string_view u) { return text.starts_with(u); });
    if (unit == kUnits.end()) return false;
    text.remove_prefix(unit->size());
  }
  return true;
}

void refuse_jobs_as_prometheus(const DecodedBlock& root, const DecodedBlock* global, Version version,
                               Diagnostics& diagnostics) {
  refuse_nulls(root, "scrape_configs", "scrape config section", diagnostics);
  for (const DecodedBlock& job : root.all("scrape_configs")) refuse_job(job, global, version, diagnostics);
}

void refuse_as_prometheus(const DecodedBlock& root, Version version, Diagnostics& diagnostics) {
  refuse_newer(root, "", version, diagnostics);
  refuse_patterns(root, "rule_files", "rule file", diagnostics);
  refuse_patterns(root, "scrape_config_files", "scrape config file", diagnostics);
  const DecodedBlock* global = root.one("global");
  if (global != nullptr) {
    refuse_newer(*global, "global", version, diagnostics);
    refuse_protocols(*global, "global config", diagnostics);
  }
  refuse_jobs_as_prometheus(root, global, version, diagnostics);
  if (const DecodedBlock* alerting = root.one("alerting")) {
    refuse_nulls(*alerting, "alert_relabel_configs", "alert relabeling rule", diagnostics);
    refuse_nulls(*alerting, "alertmanagers", "Alertmanager section", diagnostics);
    for (const DecodedBlock& manager : alerting->all("alertmanagers")) {
      refuse_alertmanager(manager, version, diagnostics);
    }
  }
  refuse_remotes(root, "remote_write", "remote write", version, diagnostics);
  refuse_remotes(root, "remote_read", "remote read", version, diagnostics);
  if (const DecodedBlock* storage = root.one("storage")) {
    if (const DecodedBlock* tsdb = storage->one("tsdb")) refuse_newer(*tsdb, "tsdb", version, diagnostics);
  }
  refuse_tracing(root.one("tracing"), version, diagnostics);
  refuse_otlp(root.one("otlp"), global, diagnostics);
}

}  // namespace firedrill::scenario
