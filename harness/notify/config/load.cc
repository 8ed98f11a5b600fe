#include "notify/config/load.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/duration.h"
#include "base/report.h"
#include "base/text/format.h"
#include "base/text/glob.h"
#include "notify/config/form/decode.h"
#include "notify/config/global.h"
#include "notify/config/parts_yaml.h"
#include "notify/operator/resources.h"
#include "notify/payload/check.h"
#include "yaml/decode.h"
#include "yaml/secrets.h"

namespace firedrill::notify {
namespace {

using yaml::Document;
using yaml::Node;

constexpr std::string_view kKeys[] = {"route",          "receivers",      "inhibit_rules",
                                      "templates",      "tracing",        "mute_time_intervals",
                                      "time_intervals", "event_recorder", "global"};
// What no other kind of file has.
constexpr std::string_view kOwnKeys[] = {"route", "receivers", "inhibit_rules", "time_intervals",
                                         "mute_time_intervals"};

class Decoder {
 public:
  Decoder(const LoadOptions& options, Diagnostics& diagnostics) : diagnostics_(diagnostics) {
    context_.forms.version = options.version;
    context_.forms.diagnostics = &diagnostics;
    context_.syntax = options.syntax.value_or(default_syntax(options.version));
    configuration_.version = options.version;
  }

  Configuration decode(const Node& root) {
    if (!root.is_null() && !yaml::expect_mapping(root, "the configuration", diagnostics_)) return {};
    refuse_unknown(root, kKeys, "the configuration", diagnostics_);
    decode_global(root);
    decode_server(root, "tracing", kTracingForm);
    decode_server(root, "event_recorder", kEventRecorderForm);
    if (const Node* list = root.find("receivers")) configuration_.receivers = decode_receivers(*list, context_);
    if (const Node* list = root.find("inhibit_rules")) {
      configuration_.inhibit_rules = decode_inhibit_rules(*list, context_);
    }
    for (const std::string_view key : {"mute_time_intervals", "time_intervals"}) {
      if (const Node* list = root.find(key)) {
        decode_time_intervals(*list, key, context_, configuration_.time_intervals);
      }
    }
    if (const Node* list = root.find("templates")) decode_templates(*list);
    decode_route(root);
    return std::move(configuration_);
  }

 private:
  void decode_global(const Node& root) {
    const Node* global = root.find("global");
    Value& settings = configuration_.global.settings;
    settings = global == nullptr || global->is_null() ? default_block(kGlobalForm, root.where(), context_.forms)
                                                      : decode_block(*global, kGlobalForm, "'global'", context_.forms);
    const auto timeout = parse_duration(settings.text_of("resolve_timeout"));
    if (timeout) configuration_.global.resolve_timeout = *timeout;
    context_.forms.global = &settings;
  }

  void decode_server(const Node& root, std::string_view key, const Form& form) {
    const Node::Entry* entry = root.entry(key);
    if (entry == nullptr) return;
    if (context_.forms.version < Version::v0_33) {
      report(diagnostics_, entry->key_node->where(),
             format("Alertmanager {} has no '{}'", to_string(context_.forms.version), key),
             "0.33 has it; choose with --alertmanager-version, or remove it");
    } else if (!entry->value->is_null()) {
      decode_block(*entry->value, form, format("'{}'", key), context_.forms);
      configuration_.elsewhere.push_back({std::string(key), entry->key_node->where()});
    }
  }

  void decode_templates(const Node& list) {
    for (Value& item : decode_texts(list, "'templates'", diagnostics_).items) {
      if (!is_sound_pattern(item.text) && context_.forms.version >= Version::v0_33) {
        report(diagnostics_, item.where, format("'{}' is no pattern of files", item.text),
               "a [ wants its ], and a \\ a character behind it");
      }
      configuration_.templates.push_back({std::move(item.text), std::move(item.where)});
    }
  }

  void decode_route(const Node& root) {
    const Node* route = root.find("route");
    if (route == nullptr || route->is_null()) {
      report(diagnostics_, root.where(), "there is no 'route'",
             "add `route: {receiver: …}`: who is told of alerts that no other route takes");
      return;
    }
    configuration_.routes = decode_routes(*route, context_);
    check_routes(configuration_, *route, diagnostics_);
  }

  PartContext context_;
  Diagnostics& diagnostics_;
  Configuration configuration_;
};

}  // namespace

constinit const yaml::FileForm kAlertmanagerForm = {
    .name = "Alertmanager configuration",
    .keys = kOwnKeys,
    .expected = "expected an alertmanager.yml, with `route:` and `receivers:`",
    .merges_in_order = true,
    .claims = holds_resources};

std::optional<Configuration> decode_configuration(const Document& document, const LoadOptions& options,
                                                  Diagnostics& diagnostics) {
  if (holds_resources(document.root())) {
    const auto made = configuration_of_resources(document.source(), diagnostics);
    if (!made) return std::nullopt;
    const std::size_t before = diagnostics.size();
    auto configuration = decode_configuration(*made->document, options, diagnostics);
    auto words = std::make_shared<const ResourceWords>(*made);
    words->tell(diagnostics, before);
    if (configuration) configuration->resources = std::move(words);
    return configuration;
  }
  Diagnostics found;
  Configuration configuration = Decoder(options, found).decode(document.root());
  configuration.file = document.source()->name;
  yaml::conceal(yaml::secrets_of(document.root()), found);
  const bool sound = !has_errors(found);
  diagnostics.insert(diagnostics.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
  if (!sound) return std::nullopt;
  return configuration;
}

std::vector<SourcePtr> read_templates(const Configuration& configuration, const ReadScope& scope,
                                      Diagnostics& diagnostics) {
  std::vector<SourcePtr> sources;
  std::set<std::string> seen;
  for (const Configuration::TemplateFiles& files : configuration.templates) {
    if (!is_sound_pattern(files.pattern)) continue;
    const Expansion expansion = expand_pattern(scope, files.pattern);
    if (!expansion.outside.empty()) {
      report(diagnostics, files.where, format("'{}' {}", expansion.outside, scope.outside()), scope.outside_remedy());
    } else if (expansion.too_many) {
      report(diagnostics, files.where, format("'{}' matches too many files", files.pattern), "name fewer");
    } else if (expansion.paths.empty()) {
      warn(diagnostics, files.where, format("no file matches '{}'", files.pattern),
           "paths count from the folder of the configuration");
    }
    for (const std::string& path : expansion.paths) {
      if (!seen.insert(path).second) continue;
      auto source = scope.read_mentioned(path);
      if (source) {
        sources.push_back(std::move(*source));
      } else {
        for (Diagnostic& each : source.error()) diagnostics.push_back(std::move(each));
      }
    }
  }
  return sources;
}

Result<LoadedConfiguration> load_configuration(const FirstFile& file, const LoadOptions& options,
                                               const std::filesystem::path& templates_from) {
  auto source = file.read();
  if (!source) return failure(std::move(source.error()));
  Diagnostics diagnostics;
  const auto document = yaml::parse_as(kAlertmanagerForm, *source, yaml::Dialect::prometheus, diagnostics);
  if (document == nullptr || has_errors(diagnostics)) return failure(std::move(diagnostics));
  auto configuration = decode_configuration(*document, options, diagnostics);
  if (!configuration) {
    tidy_and_limit(diagnostics);
    return failure(std::move(diagnostics));
  }
  LoadedConfiguration loaded{
      .configuration = std::move(*configuration), .source = *source, .templates = {}, .rendering = {}, .warnings = {}};
  const ReadScope scope = templates_from.empty() ? file.scope : file.scope.from(templates_from);
  loaded.templates = read_templates(loaded.configuration, scope, diagnostics);
  const std::size_t before = diagnostics.size();
  loaded.rendering = checked_templates(loaded.configuration, loaded.templates, diagnostics);
  if (loaded.configuration.resources) loaded.configuration.resources->tell(diagnostics, before);
  tidy_and_limit(diagnostics);
  if (has_errors(diagnostics)) return failure(std::move(diagnostics));
  loaded.warnings = std::move(diagnostics);
  return loaded;
}

}  // namespace firedrill::notify
