// The Alertmanager of a scenario's run: its configuration and all that is said beside it, ready to run.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "notify/alertmanager.h"
#include "notify/payload/templates.h"

namespace firedrill::scenario {

// A silence that somebody sets, in times since the end of the warm-up.
struct PlannedSilence {
  std::vector<std::string> texts;  // its matchers as written
  notify::Matchers matchers;
  Duration from{};
  std::optional<Duration> to;  // nothing: the run's end
  std::string comment;
};

// The Alertmanager of a run.
struct AlertmanagerSettings {
  std::string config_file;  // as the scenario names it
  std::shared_ptr<const notify::Configuration> configuration;
  std::vector<SourcePtr> templates;    // the files that the configuration names
  notify::PayloadTemplates rendering;  // what they define, beside Alertmanager's own
  notify::Flags flags;
  std::string external_url;
  std::vector<PlannedSilence> silences;
  std::vector<std::string> paging;  // the receivers that call a person, in the configuration's order
};

}  // namespace firedrill::scenario
