#include "scenario/prometheus/prometheus_yaml.h"

#include <algorithm>
#include <array>

#include "alerting/analysis/relabel_flow.h"
#include "base/duration.h"
#include "base/report.h"
#include "base/text/format.h"
#include "scenario/prometheus/prometheus_blocks.h"
#include "scenario/prometheus/prometheus_refusals.h"
#include "scenario/prometheus/relabel_yaml.h"

namespace firedrill::scenario {
namespace {

// What a Prometheus does beside its rules.
constexpr std::array<std::string_view, 6> kElsewhere = {"remote_write", "remote_read", "tracing",
                                                        "storage",      "otlp",        "runtime"};

using yaml::DecodedBlock;
using yaml::Node;

constexpr Duration kDefaultInterval = 1min;
constexpr Duration kDefaultTimeout = 10s;

constexpr std::string_view kScrapeConfigKeys[] = {"scrape_configs"};
constinit const yaml::FileForm kScrapeConfigForm = {.name = "scrape config file",
                                                    .keys = kScrapeConfigKeys,
                                                    .expected = "expected `scrape_configs:` with a list of jobs",
                                                    .merges_in_order = true};

// Absent and zero are the same to Prometheus.
Duration duration_or(const Fields& fields, std::string_view name, Duration fallback) {
  const Duration written = fields.duration(name);
  return written > Duration(0) ? written : fallback;
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
  const std::string body = fields.text("body_size_limit");
  if (fields.has("body_size_limit") && !is_byte_size(body)) {
    report(diagnostics, fields.where("body_size_limit"), format("units: no size with its unit: {}", model::quote(body)),
           "expected for example 10MB or 512KiB");
  } else if (!body.empty() && body != "0") {
    warn(diagnostics, fields.where("body_size_limit"),
         format("scrapes are not simulated byte by byte, so that none fails for a 'body_size_limit' of {}", body),
         "`sample_limit` is obeyed");
  }
  return {limit("sample_limit", global.samples),
          limit("label_limit", global.labels),
          limit("label_name_length_limit", global.label_name_length),
          limit("label_value_length_limit", global.label_value_length),
          limit("target_limit", global.targets),
          body.empty() || body == "0" ? global.body_size : body};
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

bool sets_job(const std::vector<alerting::RelabelStep>& steps) {
  const auto labels = alerting::labels_set(steps);
  return !labels || labels->contains("job");
}

bool may_give_other_names(const DecodedBlock& job, const std::vector<alerting::RelabelStep>& metric_relabel,
                          promql::Version version) {
  if (job.fields.boolean("honor_labels", false) || sets_job(metric_relabel)) return true;
  // What is wrong with them is told elsewhere.
  Diagnostics ignored;
  if (sets_job(make_steps(job.all("relabel_configs"), version, ignored))) return true;
  if (!job.all("file_sd_configs").empty() || !job.all("http_sd_configs").empty()) return true;
  return std::ranges::any_of(job.all("static_configs"), [](const DecodedBlock& targets) {
    const Node* labels = targets.node->is_mapping() ? targets.node->find("labels") : nullptr;
    return labels != nullptr && labels->is_mapping() && labels->find("job") != nullptr;
  });
}

// Paths in it count from `folder`.
void add_job(const DecodedBlock& block, const std::filesystem::path& folder, promql::Version version,
             PrometheusFile& file, Diagnostics& diagnostics) {
  const Fields& fields = block.fields;
  const std::string name = fields.text("job_name");
  if (block.node->is_null()) return;
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
  job.metric_relabel = make_steps(block.all("metric_relabel_configs"), version, diagnostics);
  job.gives_other_names = may_give_other_names(block, job.metric_relabel, version);
  job.limits = limits_of(fields, file.settings.limits, diagnostics);
  add_named_files(block, job, folder, version, file.named);
  file.settings.jobs.push_back(std::move(job));
}

}  // namespace

model::Labels decode_external_labels(const DecodedBlock& block, promql::Version version, Diagnostics& diagnostics) {
  constexpr std::string_view kField = "external_labels";
  std::vector<model::Label> labels;
  if (const Node* written = block.node->find(kField)) refuse_keys_merged_again(*written, diagnostics);
  for (const auto& [name, value] : block.fields.text_map(kField)) {
    const Node::Entry& entry = *block.node->find(kField)->entry(name);
    const bool refused = version == promql::Version::v2 && !model::is_legacy_label_name(name);
    if (refused || name.empty()) {
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
  const DecodedBlock block = decode_block(root, prometheus_block(), "the configuration", diagnostics);
  const DecodedBlock* global = block.one("global");
  set_global(global, version, file.settings, diagnostics);
  file.settings.rule_files = block.fields.texts("rule_files");
  file.rule_files = places_of_items(root.find("rule_files"));
  file.scrape_config_files = block.fields.texts("scrape_config_files");
  file.scrape_config_places = places_of_items(root.find("scrape_config_files"));
  if (global != nullptr) file.global = *global;
  for (const DecodedBlock& job : block.all("scrape_configs")) add_job(job, {}, version, file, diagnostics);
  if (const DecodedBlock* alerting = block.one("alerting")) {
    tell_of_single_alertmanagers(*alerting, diagnostics);
    for (const DecodedBlock& manager : alerting->all("alertmanagers")) add_named_files(manager, version, file.named);
    file.settings.alert_relabel = make_steps(alerting->all("alert_relabel_configs"), version, diagnostics);
  }
  for (const std::string_view key : kElsewhere) {
    const Node::Entry* entry = root.entry(key);
    if (entry == nullptr || entry->value->is_null()) continue;
    file.settings.elsewhere.push_back({std::string(key), entry->key_node->where()});
  }
  refuse_as_prometheus(block, version, diagnostics);
  return file;
}

void read_scrape_config_files(PrometheusFile& file, const std::filesystem::path& folder, yaml::Inputs& inputs,
                              promql::Version version, Diagnostics& diagnostics) {
  for (std::size_t i = 0; i < file.scrape_config_files.size(); ++i) {
    const std::string& written = file.scrape_config_files[i];
    if (written.empty()) continue;
    const Position where = i < file.scrape_config_places.size() ? file.scrape_config_places[i] : Position{};
    const std::string pattern = (folder / written).lexically_normal().generic_string();
    for (const std::string& path : inputs.expand(pattern, written, kScrapeConfigForm, where, diagnostics)) {
      const yaml::Document* document =
          inputs.read(path, where, kScrapeConfigForm, yaml::Dialect::prometheus, diagnostics);
      if (document == nullptr || document->root().is_null()) continue;
      const DecodedBlock block =
          decode_block(document->root(), scrape_config_block(), "the scrape config file", diagnostics);
      const std::filesystem::path own = std::filesystem::path(path).parent_path();
      for (const DecodedBlock& job : block.all("scrape_configs")) add_job(job, own, version, file, diagnostics);
      refuse_jobs_as_prometheus(block, file.global ? &*file.global : nullptr, version, diagnostics);
    }
  }
}

}  // namespace firedrill::scenario
