#include "scenario/prometheus/prometheus_files.h"

#include "base/duration.h"
#include "base/report.h"
#include "base/text/format.h"
#include "scenario/discovery/target_files.h"
#include "scenario/prometheus/relabel_yaml.h"

namespace firedrill::scenario {
namespace {

using yaml::DecodedBlock;
using yaml::Node;

std::string below(const std::filesystem::path& folder, const std::string& path) {
  return (folder / path).lexically_normal().generic_string();
}

void add_needed(const DecodedBlock* block, std::string_view key, std::string_view what,
                const std::filesystem::path& folder, NamedFiles& named) {
  if (block == nullptr || !block->fields.has(key) || block->fields.text(key).empty()) return;
  const std::string written = block->fields.text(key);
  named.needed.push_back({what, written, below(folder, written), block->fields.where(key)});
}

void add_certificate(const DecodedBlock* tls, const std::filesystem::path& folder, NamedFiles& named) {
  add_needed(tls, "cert_file", "client cert file", folder, named);
  add_needed(tls, "key_file", "client key file", folder, named);
}

void add_targets(const DecodedBlock& block, const std::filesystem::path& folder, TargetUse use, NamedFiles& named) {
  NamedFiles::Discovery discovery{std::move(use), {}, {}};
  for (const DecodedBlock& each : block.all("static_configs")) {
    if (each.node->is_mapping()) discovery.groups.push_back(target_group(*each.node));
  }
  for (const DecodedBlock& each : block.all("file_sd_configs")) {
    const Node* files = each.node->find("files");
    if (files == nullptr || !files->is_sequence()) continue;
    for (const Node* file : files->items) {
      if (file->is_scalar()) discovery.files.push_back({file->text, below(folder, file->text), file->where()});
    }
  }
  named.discoveries.push_back(std::move(discovery));
}

// The first value of each parameter of a job's requests.
void add_parameters(const DecodedBlock& job, std::vector<model::Label>& given) {
  const Node* parameters = job.node->find("params");
  if (parameters == nullptr || !parameters->is_mapping()) return;
  for (const Node::Entry& entry : parameters->entries) {
    if (!entry.value->items.empty()) given.push_back({"__param_" + entry.key, entry.value->items.front()->text});
  }
}

std::string or_else(std::string text, std::string_view otherwise) {
  return text.empty() ? std::string(otherwise) : std::move(text);
}

// What the file says of relabelling has been told already.
std::vector<alerting::RelabelStep> steps_of(const DecodedBlock& block, promql::Version version) {
  Diagnostics told;
  return make_steps(block.all("relabel_configs"), version, told);
}

void check_needed(const NamedFiles::Needed& file, const ReadScope& scope, Diagnostics& diagnostics) {
  const ReadScope::Place place = scope.place(file.path);
  const std::string called = format("the {} '{}'", file.what, file.written);
  if (place == ReadScope::Place::outside) {
    report(diagnostics, file.where, format("{} {}", called, scope.outside()),
           format("{}; --syntax-only passes over the files that it names", scope.outside_remedy()));
  } else if (place == ReadScope::Place::missing) {
    report(diagnostics, file.where, format("{} does not exist", called),
           "paths count from the configuration's folder; --syntax-only passes over the files that it names");
  } else if (place == ReadScope::Place::unreadable) {
    report(diagnostics, file.where, format("{} cannot be looked at", called), "see who may read its folder");
  }
}

}  // namespace

void add_named_files(const DecodedBlock& job, const ScrapeJob& settings, const std::filesystem::path& folder,
                     promql::Version version, NamedFiles& named) {
  constexpr std::string_view kCredentials = "authorization credentials or bearer token file";
  add_needed(job.one("authorization"), "credentials_file", kCredentials, folder, named);
  add_needed(&job, "bearer_token_file", kCredentials, folder, named);
  add_certificate(job.one("tls_config"), folder, named);
  for (const DecodedBlock& kubernetes : job.all("kubernetes_sd_configs")) {
    add_certificate(kubernetes.one("tls_config"), folder, named);
  }
  TargetUse use{false, settings.name, job.fields.text("scheme"), {}, steps_of(job, version)};
  use.given = {{"job", settings.name},
               {"__scrape_interval__", format_duration(settings.scrape_interval)},
               {"__scrape_timeout__", format_duration(settings.scrape_timeout)},
               {"__metrics_path__", or_else(job.fields.text("metrics_path"), "/metrics")},
               {"__scheme__", or_else(use.scheme, "http")}};
  add_parameters(job, use.given);
  add_targets(job, folder, std::move(use), named);
}

void add_named_files(const DecodedBlock& alertmanager, promql::Version version, NamedFiles& named) {
  TargetUse use{true, {}, alertmanager.fields.text("scheme"), {}, steps_of(alertmanager, version)};
  use.given = {{"__scheme__", or_else(use.scheme, "http")},
               {"__alerts_path__", or_else(alertmanager.fields.text("path_prefix"), "/") + "api/v2/alerts"}};
  add_targets(alertmanager, {}, std::move(use), named);
}

void check_named_files(const NamedFiles& named, yaml::Inputs& inputs, promql::Version version,
                       Diagnostics& diagnostics) {
  for (const NamedFiles::Needed& file : named.needed) check_needed(file, inputs.scope(), diagnostics);
  for (const NamedFiles::Discovery& discovery : named.discoveries) {
    for (const TargetGroup& group : discovery.groups) refuse_targets(group, discovery.use, version, diagnostics);
    for (const NamedFiles::Discovery::File& file : discovery.files) {
      const std::size_t before = diagnostics.size();
      const auto paths = find_target_files(inputs, file.path, file.written, file.where, diagnostics);
      if (paths.empty() && diagnostics.size() == before) {
        const std::string whose =
            discovery.use.alertmanager ? "an Alertmanager" : format("the job {}", model::quote(discovery.use.job));
        warn(diagnostics, file.where, format("there is no file of targets '{}' for {}", file.written, whose),
             "until there is, these targets are unknown");
      }
      for (const std::string& path : paths) {
        for (const TargetGroup& group : read_target_file(inputs, path, file.where, version, diagnostics)) {
          refuse_targets(group, discovery.use, version, diagnostics);
        }
      }
    }
  }
}

}  // namespace firedrill::scenario
