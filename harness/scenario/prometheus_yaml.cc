#include "scenario/prometheus_yaml.h"

#include <algorithm>
#include <array>

#include "base/bounds/activity.h"
#include "base/duration.h"
#include "base/report.h"
#include "base/text/format.h"

namespace firedrill::scenario {
namespace {

using yaml::Block;
using yaml::ChildBlock;
using yaml::DecodedBlock;
using yaml::Node;
using yaml::Nulls;
using yaml::Shape;
using enum FieldType;

constexpr Duration kDefaultInterval = 1min;
constexpr Duration kDefaultTimeout = 10s;

constexpr FieldSpec kGlobal[] = {
    {.name = "scrape_interval", .type = duration, .doc = "how often targets are scraped"},
    {.name = "scrape_timeout", .type = duration, .doc = "after which a scrape has failed"},
    {.name = "evaluation_interval", .type = duration, .doc = "how often rules are evaluated"},
    {.name = "rule_query_offset", .type = duration, .doc = "how far in the past rules are evaluated"},
    {.name = "external_labels", .type = text_map, .doc = "labels that alerts carry to the outside"},
    {.name = "sample_limit", .type = integer, .doc = "most samples that a scrape may bring; 0: any number", .min = 0},
    {.name = "label_limit", .type = integer, .doc = "most labels of a scraped series; 0: any number", .min = 0},
    {.name = "label_name_length_limit", .type = integer, .doc = "longest name of a label; 0: any", .min = 0},
    {.name = "label_value_length_limit", .type = integer, .doc = "longest value of a label; 0: any", .min = 0},
    {.name = "target_limit", .type = integer, .doc = "most targets of a job; 0: any number", .min = 0},
    {.name = "body_size_limit", .type = text, .doc = "largest answer to a scrape, which is not simulated"},
};
constexpr FieldSpec kTop[] = {
    {.name = "rule_files", .type = texts, .doc = "paths of rule files"},
};
constexpr FieldSpec kJob[] = {
    {.name = "job_name", .type = text, .doc = "the job's name"},
    {.name = "scrape_interval", .type = duration, .doc = "how often its targets are scraped"},
    {.name = "scrape_timeout", .type = duration, .doc = "after which a scrape of it has failed"},
    {.name = "sample_limit", .type = integer, .doc = "most samples that a scrape may bring; 0: any number", .min = 0},
    {.name = "label_limit", .type = integer, .doc = "most labels of a scraped series; 0: any number", .min = 0},
    {.name = "label_name_length_limit", .type = integer, .doc = "longest name of a label; 0: any", .min = 0},
    {.name = "label_value_length_limit", .type = integer, .doc = "longest value of a label; 0: any", .min = 0},
    {.name = "target_limit", .type = integer, .doc = "most targets of a job; 0: any number", .min = 0},
    {.name = "body_size_limit", .type = text, .doc = "largest answer to a scrape, which is not simulated"},
};
constexpr FieldSpec kRelabel[] = {
    {.name = "source_labels", .type = texts, .doc = "labels whose values are looked at"},
    {.name = "separator", .type = text, .doc = "stands between their values"},
    {.name = "target_label", .type = text, .doc = "label to write"},
    {.name = "regex", .type = text, .doc = "which values are meant"},
    {.name = "modulus", .type = integer, .doc = "of hashmod", .min = 0},
    {.name = "replacement", .type = text, .doc = "value to write"},
    {.name = "action", .type = text, .doc = "what to do"},
};

std::span<const FieldSpec> global_fields() {
  return kGlobal;
}
std::span<const FieldSpec> top_fields() {
  return kTop;
}
std::span<const FieldSpec> job_fields() {
  return kJob;
}
std::span<const FieldSpec> relabel_fields() {
  return kRelabel;
}
std::span<const FieldSpec> no_fields() {
  return {};
}

// Keys that Prometheus knows and that say nothing about a simulated world.
constexpr std::string_view kOtherTop[] = {
    "scrape_config_files", "remote_write", "remote_read", "storage", "tracing", "runtime", "otlp"};
constexpr std::string_view kOtherGlobal[] = {"scrape_protocols",
                                             "query_log_file",
                                             "scrape_failure_log_file",
                                             "keep_dropped_targets",
                                             "metric_name_validation_scheme",
                                             "metric_name_escaping_scheme",
                                             "convert_classic_histograms_to_nhcb",
                                             "always_scrape_classic_histograms",
                                             "scrape_native_histograms"};
constexpr std::string_view kOtherAlerting[] = {"alertmanagers"};
constexpr std::string_view kOtherJob[] = {"honor_labels",
                                          "honor_timestamps",
                                          "track_timestamps_staleness",
                                          "params",
                                          "scrape_protocols",
                                          "scrape_fallback_protocol",
                                          "metrics_path",
                                          "scheme",
                                          "enable_compression",
                                          "native_histogram_bucket_limit",
                                          "native_histogram_min_bucket_factor",
                                          "keep_dropped_targets",
                                          "metric_name_validation_scheme",
                                          "metric_name_escaping_scheme",
                                          "convert_classic_histograms_to_nhcb",
                                          "always_scrape_classic_histograms",
                                          "scrape_native_histograms",
                                          "scrape_classic_histograms",
                                          "scrape_failure_log_file",
                                          "relabel_configs",
                                          "basic_auth",
                                          "authorization",
                                          "oauth2",
                                          "follow_redirects",
                                          "enable_http2",
                                          "tls_config",
                                          "proxy_url",
                                          "proxy_from_environment",
                                          "proxy_connect_header",
                                          "no_proxy",
                                          "http_headers",
                                          "bearer_token",
                                          "bearer_token_file",
                                          "static_configs",
                                          "file_sd_configs",
                                          "http_sd_configs",
                                          "dns_sd_configs",
                                          "kubernetes_sd_configs",
                                          "consul_sd_configs",
                                          "ec2_sd_configs",
                                          "azure_sd_configs",
                                          "gce_sd_configs",
                                          "openstack_sd_configs",
                                          "digitalocean_sd_configs",
                                          "docker_sd_configs",
                                          "dockerswarm_sd_configs",
                                          "eureka_sd_configs",
                                          "hetzner_sd_configs",
                                          "ionos_sd_configs",
                                          "kuma_sd_configs",
                                          "lightsail_sd_configs",
                                          "linode_sd_configs",
                                          "marathon_sd_configs",
                                          "nerve_sd_configs",
                                          "nomad_sd_configs",
                                          "ovhcloud_sd_configs",
                                          "puppetdb_sd_configs",
                                          "scaleway_sd_configs",
                                          "serverset_sd_configs",
                                          "stackit_sd_configs",
                                          "triton_sd_configs",
                                          "uyuni_sd_configs",
                                          "vultr_sd_configs"};

constexpr Block kRelabelBlock = {
    .name = "relabelling step", .doc = "one step of relabelling", .fields = relabel_fields, .nulls = Nulls::absent};
constexpr Block kGlobalBlock = {.name = "global",
                                .doc = "settings of all jobs and rules",
                                .fields = global_fields,
                                .nulls = Nulls::absent,
                                .elsewhere = kOtherGlobal};
constexpr ChildBlock kAlertingChildren[] = {
    {"alert_relabel_configs", Shape::list, &kRelabelBlock, false, "relabelling of alerts"},
};
constexpr Block kAlertingBlock = {.name = "alerting",
                                  .doc = "how alerts are sent",
                                  .fields = no_fields,
                                  .children = kAlertingChildren,
                                  .nulls = Nulls::absent,
                                  .elsewhere = kOtherAlerting};
constexpr ChildBlock kJobChildren[] = {
    {"metric_relabel_configs", Shape::list, &kRelabelBlock, false, "relabelling of scraped series"},
};
constexpr Block kJobBlock = {.name = "scrape_config",
                             .doc = "how one job is scraped",
                             .fields = job_fields,
                             .children = kJobChildren,
                             .nulls = Nulls::absent,
                             .elsewhere = kOtherJob};
constexpr ChildBlock kTopChildren[] = {
    {"global", Shape::one, &kGlobalBlock, false, kGlobalBlock.doc},
    {"alerting", Shape::one, &kAlertingBlock, false, kAlertingBlock.doc},
    {"scrape_configs", Shape::list, &kJobBlock, false, "how each job is scraped"},
};
constexpr Block kTopBlock = {.name = "prometheus.yml",
                             .doc = "a configuration of Prometheus",
                             .fields = top_fields,
                             .children = kTopChildren,
                             .nulls = Nulls::absent,
                             .elsewhere = kOtherTop};

// Absent and zero are the same to Prometheus.
Duration duration_or(const Fields& fields, std::string_view name, Duration fallback) {
  const Duration written = fields.duration(name);
  return written > Duration(0) ? written : fallback;
}

std::optional<alerting::RelabelStep> make_step(const DecodedBlock& block, Diagnostics& diagnostics) {
  const Fields& fields = block.fields;
  alerting::RelabelText text;
  text.source_labels = fields.texts("source_labels");
  text.separator = fields.text("separator", text.separator);
  text.regex = fields.text("regex", text.regex);
  text.modulus = static_cast<std::uint64_t>(fields.integer("modulus"));
  text.target_label = fields.text("target_label");
  text.replacement = fields.text("replacement", text.replacement);
  if (fields.has("action")) {
    const auto action = alerting::relabel_action(fields.text("action"));
    if (!action) {
      std::vector<std::string> known(alerting::relabel_actions().begin(), alerting::relabel_actions().end());
      report(diagnostics, fields.where("action"), format("unknown relabel action '{}'", fields.text("action")),
             suggest_one(fields.text("action"), known, diagnostics));
      return std::nullopt;
    }
    text.action = *action;
  }
  const Position where = fields.has("regex") ? fields.where("regex") : block.where;
  const Activity activity(where);
  auto step = alerting::RelabelStep::make(std::move(text));
  if (step) return *std::move(step);
  report(diagnostics, where, step.error(),
         "relabelling is described under <relabel_config> in Prometheus's configuration manual");
  return std::nullopt;
}

std::vector<alerting::RelabelStep> make_steps(std::span<const DecodedBlock> blocks, Diagnostics& diagnostics) {
  std::vector<alerting::RelabelStep> steps;
  for (const DecodedBlock& block : blocks) {
    if (!block.sound) continue;
    if (auto step = make_step(block, diagnostics)) steps.push_back(*std::move(step));
  }
  return steps;
}

// A time-out that is not written is the default, cut to the interval; one that is written must not be longer.
Duration timeout_of(const Fields& fields, Duration interval, Duration fallback, std::string_view whose,
                    Diagnostics& diagnostics) {
  const Duration written = fields.duration("scrape_timeout");
  if (written == Duration(0)) return std::min(fallback, interval);
  if (written > interval) {
    report(
        diagnostics, fields.where("scrape_timeout"), format("scrape timeout greater than scrape interval {}", whose),
        format("{} is longer than {}; make it at most as long", format_duration(written), format_duration(interval)));
  }
  return std::min(written, interval);
}

// Absent and zero are the same to Prometheus: what stands at `global`.
ScrapeLimits limits_of(const Fields& fields, const ScrapeLimits& global, Diagnostics& diagnostics) {
  const auto limit = [&](std::string_view name, std::int64_t otherwise) {
    const std::int64_t written = fields.integer(name);
    return written > 0 ? written : otherwise;
  };
  if (const std::string body = fields.text("body_size_limit"); !body.empty() && body != "0") {
    warn(diagnostics, fields.where("body_size_limit"),
         format("scrapes are not simulated byte by byte, so that none fails for a 'body_size_limit' of {}", body),
         "`sample_limit` is obeyed");
  }
  return {limit("sample_limit", global.samples), limit("label_limit", global.labels),
          limit("label_name_length_limit", global.label_name_length),
          limit("label_value_length_limit", global.label_value_length), limit("target_limit", global.targets)};
}

bool is_word(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// The first part of a text that Prometheus 3 expands, which it does with Go's os.Expand: ${NAME}, $NAME, $$, $1. A '$'
// before anything else stays; of "${" that is never closed those two characters go.
std::string_view expanded_part(std::string_view text) {
  constexpr std::string_view kSpecial = "*#$@!?-";
  for (std::size_t at = text.find('$'); at != std::string_view::npos && at + 1 < text.size();
       at = text.find('$', at + 1)) {
    const std::string_view rest = text.substr(at + 1);
    if (rest[0] == '{') {
      const std::size_t end = rest.find('}');
      return text.substr(at, end == std::string_view::npos ? 2 : end + 2);
    }
    if (kSpecial.contains(rest[0]) || (rest[0] >= '0' && rest[0] <= '9')) return text.substr(at, 2);
    std::size_t length = 0;
    while (length < rest.size() && is_word(rest[length])) ++length;
    if (length > 0) return text.substr(at, length + 1);
  }
  return {};
}

void set_global(const DecodedBlock* block, promql::Version version, PrometheusSettings& settings,
                Diagnostics& diagnostics) {
  const Fields fields = block != nullptr ? block->fields : Fields();
  settings.scrape_interval = duration_or(fields, "scrape_interval", kDefaultInterval);
  settings.scrape_timeout = timeout_of(fields, settings.scrape_interval, kDefaultTimeout, "in 'global'", diagnostics);
  settings.evaluation_interval = duration_or(fields, "evaluation_interval", kDefaultInterval);
  settings.query_offset = fields.duration("rule_query_offset");
  if (block != nullptr) settings.external_labels = decode_external_labels(*block, version, diagnostics);
  settings.limits = limits_of(fields, {}, diagnostics);
}

// What Prometheus does to the alerts of one Alertmanager alone.
void tell_of_single_alertmanagers(const DecodedBlock& alerting, Diagnostics& diagnostics) {
  const Node* managers = alerting.node->find("alertmanagers");
  if (managers == nullptr || !managers->is_sequence()) return;
  for (const Node* manager : managers->items) {
    const Node* steps = manager->is_mapping() ? manager->find("alert_relabel_configs") : nullptr;
    if (steps == nullptr || steps->is_null()) continue;
    warn(diagnostics, steps->where(), "'alert_relabel_configs' of a single Alertmanager are not applied",
         "those of 'alerting' are; put there what is meant for every alert");
  }
}

void add_job(const DecodedBlock& block, PrometheusFile& file, Diagnostics& diagnostics) {
  const Fields& fields = block.fields;
  const std::string name = fields.text("job_name");
  if (name.empty()) {
    report(diagnostics, block.where, "job_name is empty", "name the job: `job_name: checkout`");
    return;
  }
  const auto same = [&](const PrometheusFile::JobPlace& other) { return other.name == name; };
  if (std::ranges::any_of(file.jobs, same)) {
    report(diagnostics, fields.where("job_name"), format("found multiple scrape configs with job name \"{}\"", name),
           "give each job a name of its own");
  }
  file.jobs.push_back({name, fields.where("job_name")});
  ScrapeJob job;
  job.name = name;
  job.scrape_interval = duration_or(fields, "scrape_interval", file.settings.scrape_interval);
  job.scrape_timeout = timeout_of(fields, job.scrape_interval, file.settings.scrape_timeout,
                                  format("for scrape config with job name \"{}\"", name), diagnostics);
  job.metric_relabel = make_steps(block.all("metric_relabel_configs"), diagnostics);
  job.limits = limits_of(fields, file.settings.limits, diagnostics);
  file.settings.jobs.push_back(std::move(job));
}

}  // namespace

model::Labels decode_external_labels(const DecodedBlock& block, promql::Version version, Diagnostics& diagnostics) {
  constexpr std::string_view kField = "external_labels";
  std::vector<model::Label> labels;
  for (const auto& [name, value] : block.fields.text_map(kField)) {
    const Node::Entry& entry = *block.node->find(kField)->entry(name);
    if (name.empty() || name == model::kMetricName) {
      report(diagnostics, entry.key_node->where(), format("\"{}\" is not a valid label name", name),
             "choose another name for the label");
    }
    // Version 2 does it only with --enable-feature=expand-external-labels.
    const std::string_view part = version != promql::Version::v2 ? expanded_part(value) : std::string_view();
    if (!part.empty()) {
      warn(diagnostics, entry.value->where(),
           format("the external label '{}' is kept as it is written, where Prometheus 3 would expand '{}'", name, part),
           "a run must not depend on the environment; write the value");
    }
    labels.push_back({name, value});
  }
  return model::Labels::from(std::move(labels));
}

PrometheusFile decode_prometheus_file(const Node& root, promql::Version version, Diagnostics& diagnostics) {
  PrometheusFile file;
  if (root.is_null()) return file;
  const DecodedBlock block = decode_block(root, kTopBlock, "the configuration", diagnostics);
  const DecodedBlock* global = block.one("global");
  set_global(global, version, file.settings, diagnostics);
  file.settings.rule_files = block.fields.texts("rule_files");
  file.rule_files = places_of_items(root.find("rule_files"));
  for (const DecodedBlock& job : block.all("scrape_configs")) add_job(job, file, diagnostics);
  if (const DecodedBlock* alerting = block.one("alerting")) {
    tell_of_single_alertmanagers(*alerting, diagnostics);
    file.settings.alert_relabel = make_steps(alerting->all("alert_relabel_configs"), diagnostics);
  }
  return file;
}

}  // namespace firedrill::scenario
