// What a scenario says of notifications, with the configuration that it names, checked against each other.
#pragma once

#include <optional>
#include <vector>

#include "base/files/input_file.h"
#include "scenario/notifications/alertmanager.h"
#include "scenario/scenario_yaml.h"
#include "yaml/inputs.h"

namespace firedrill::scenario {

struct LoadedAlertmanager {
  std::optional<AlertmanagerSettings> settings;  // nothing: there is none, or it has an error
  std::vector<InputFile> templates;

  std::vector<std::string> receivers() const;  // their names, in the file's order
};

LoadedAlertmanager load_alertmanager(const ScenarioFile& file, yaml::Inputs& inputs, Diagnostics& diagnostics);

}  // namespace firedrill::scenario
