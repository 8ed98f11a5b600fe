#include "scenario/notifications/load_alertmanager.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/contains.h"
#include "base/hash.h"
#include "base/report.h"
#include "base/text/format.h"
#include "notify/config/load.h"
#include "notify/matcher/parse.h"
#include "notify/payload/check.h"
#include "notify/silence/silences.h"

namespace firedrill::scenario {
namespace {

// Kinds of integrations whose trade it is to call a person.
constexpr std::array<std::string_view, 5> kCalling = {"pagerduty", "opsgenie", "victorops", "pushover", "incidentio"};

std::vector<std::string> names_of(const notify::Configuration& configuration) {
  std::vector<std::string> names;
  for (const notify::Receiver& receiver : configuration.receivers) names.push_back(receiver.name);
  return names;
}

std::vector<std::string> calling_receivers(const notify::Configuration& configuration) {
  std::vector<std::string> names;
  for (const notify::Receiver& receiver : configuration.receivers) {
    const bool calls = std::ranges::any_of(
        receiver.integrations, [](const notify::Integration& each) { return contains(kCalling, each.kind); });
    if (calls) names.push_back(receiver.name);
  }
  return names;
}

// Which receivers call a person.
std::vector<std::string> paging_receivers(const ScenarioFile& file, const notify::Configuration& configuration,
                                          Diagnostics& diagnostics) {
  const std::vector<std::string> known = names_of(configuration);
  const PagingEntry& paging = file.paged;
  if (paging.receivers.empty()) {
    std::vector<std::string> calling = calling_receivers(configuration);
    if (calling.empty()) {
      report(diagnostics, file.alertmanager->config_file_at,
             "no receiver of this configuration calls a person, as far as their kinds say",
             format("name those that do: `paging: {{receivers: [{}]}}`", known.empty() ? "pager" : known.front()));
    }
    return calling;
  }
  for (std::size_t i = 0; i < paging.receivers.size(); ++i) {
    if (contains(known, paging.receivers[i])) continue;
    report(diagnostics, paging.receivers_at[i], format("there is no receiver '{}'", paging.receivers[i]),
           suggest_one(paging.receivers[i], known, diagnostics));
  }
  std::vector<std::string> named;
  std::ranges::copy_if(known, std::back_inserter(named),
                       [&](const std::string& name) { return contains(paging.receivers, name); });
  return named;
}

// Alertmanager refuses a silence that is for every alert whatsoever.
void refuse_everything(const SilenceEntry& entry, const notify::Matchers& matchers, Diagnostics& diagnostics) {
  if (!notify::asks_for_nothing(matchers)) return;
  report(diagnostics, entry.where, "each matcher of the silence matches the empty text too",
         "Alertmanager refuses such a silence; at least one must ask for a label");
}

std::optional<PlannedSilence> plan(const SilenceEntry& entry, notify::Version version, Diagnostics& diagnostics) {
  PlannedSilence silence{
      .texts = entry.matchers, .matchers = {}, .from = entry.from, .to = entry.to, .comment = entry.comment};
  const std::size_t before = diagnostics.size();
  for (std::size_t i = 0; i < entry.matchers.size(); ++i) {
    const Position& where = entry.matchers_at[i];
    auto parsed = notify::parse_matchers(entry.matchers[i], notify::default_syntax(version));
    if (!parsed) {
      const std::string& what = parsed.error().what;
      report(diagnostics, where,
             what.contains(entry.matchers[i]) ? what : format("'{}' is no matcher: {}", entry.matchers[i], what),
             R"(expected a matcher such as alertname=~"Disk.*")");
      continue;
    }
    if (!parsed->warning.empty()) warn(diagnostics, where, parsed->warning, parsed->remedy);
    std::ranges::move(parsed->matchers, std::back_inserter(silence.matchers));
  }
  if (diagnostics.size() == before) refuse_everything(entry, silence.matchers, diagnostics);
  return silence;
}

void refuse_without_alertmanager(const ScenarioFile& file, Diagnostics& diagnostics) {
  if (!file.silences.empty()) {
    report(diagnostics, file.silences.front().where, "there is no Alertmanager that could silence anything",
           "add `alertmanager: {config_file: alertmanager.yml}`, or leave `silences` out");
  }
  if (!file.paged.receivers.empty() && !file.paged.has_matchers) {
    report(diagnostics, file.paged.receivers_at.front(), "there is no Alertmanager whose receivers these are",
           "add `alertmanager: {config_file: alertmanager.yml}`, or say by `matchers` which alerts page");
  }
}

// The file as the scenario would name it.
std::string name_from(const ReadScope& scope, const Source& source) {
  const std::filesystem::path folder = scope.folder().lexically_normal();
  const std::string name = std::filesystem::path(source.name).lexically_relative(folder).generic_string();
  return name.empty() ? source.name : name;
}

}  // namespace

std::vector<std::string> LoadedAlertmanager::receivers() const {
  return settings ? names_of(*settings->configuration) : std::vector<std::string>();
}

LoadedAlertmanager load_alertmanager(const ScenarioFile& file, yaml::Inputs& inputs, Diagnostics& diagnostics) {
  LoadedAlertmanager loaded;
  if (!file.alertmanager) {
    if (file.root->find("alertmanager") == nullptr) refuse_without_alertmanager(file, diagnostics);
    return loaded;
  }
  const AlertmanagerEntry& entry = *file.alertmanager;
  const yaml::Document* document = inputs.read(entry.config_file, entry.config_file_at, notify::kAlertmanagerForm,
                                               yaml::Dialect::prometheus, diagnostics);
  if (document == nullptr) return loaded;
  Diagnostics found;
  auto configuration = notify::decode_configuration(*document, {.version = entry.version, .syntax = {}}, found);
  AlertmanagerSettings settings;
  if (configuration) {
    configuration->file = entry.config_file;
    const std::filesystem::path folder = std::filesystem::path(entry.config_file).parent_path();
    settings.templates = notify::read_templates(*configuration, inputs.scope().from(folder), found);
    settings.rendering = notify::checked_templates(*configuration, settings.templates, found);
    settings.paging = paging_receivers(file, *configuration, found);
  }
  for (const SilenceEntry& silence : file.silences) {
    if (auto planned = plan(silence, entry.version, found)) settings.silences.push_back(*std::move(planned));
  }
  const bool sound = configuration.has_value() && !has_errors(found);
  std::ranges::move(found, std::back_inserter(diagnostics));
  if (!sound) return loaded;
  for (const SourcePtr& source : settings.templates) {
    loaded.templates.push_back({name_from(inputs.scope(), *source), sha256_hex(source->text), source});
  }
  settings.config_file = entry.config_file;
  settings.configuration = std::make_shared<const notify::Configuration>(*std::move(configuration));
  settings.flags = entry.flags;
  settings.external_url = entry.external_url;
  loaded.settings = std::move(settings);
  return loaded;
}

}  // namespace firedrill::scenario
