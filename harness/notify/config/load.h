// Reading alertmanager.yml, as `amtool check-config` does: what it refuses is refused, and nothing else. Messages are
// ours, with their place; all of them at once. A file of AlertmanagerConfig resources stands for the configuration that
// prometheus-operator makes of them (notify/operator/resources.h).
#pragma once

#include <optional>
#include <vector>

#include "base/files/read_scope.h"
#include "base/result.h"
#include "notify/config/config.h"
#include "notify/matcher/parse.h"
#include "notify/payload/templates.h"
#include "yaml/form.h"

namespace firedrill::notify {

extern const yaml::FileForm kAlertmanagerForm;

struct LoadOptions {
  Version version = kNewest;
  std::optional<MatcherSyntax> syntax{};  // nothing: default_syntax(version)
};

// What the document says. Nothing if there is an error; warnings may be added with a configuration, too. Secrets that
// the file holds are in no message.
std::optional<Configuration> decode_configuration(const yaml::Document& document, const LoadOptions& options,
                                                  Diagnostics& diagnostics);

struct LoadedConfiguration {
  Configuration configuration;
  SourcePtr source;
  std::vector<SourcePtr> templates;  // the files that `templates` names, in the order of their paths
  PayloadTemplates rendering;        // what they define, beside Alertmanager's own
  Diagnostics warnings;
};

// A file and the template files that it names, which are looked for from `templates_from` (empty: the file's folder).
Result<LoadedConfiguration> load_configuration(const FirstFile& file, const LoadOptions& options = {},
                                               const std::filesystem::path& templates_from = {});

// The template files that a configuration names, within the scope; a pattern that matches nothing is a warning.
std::vector<SourcePtr> read_templates(const Configuration& configuration, const ReadScope& scope,
                                      Diagnostics& diagnostics);

}  // namespace firedrill::notify
