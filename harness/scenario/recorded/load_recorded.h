// The files of recorded series that a scenario names.
#pragma once

#include "scenario/scenario_yaml.h"
#include "yaml/inputs.h"

namespace firedrill::scenario {

// Fills in ScenarioFile::replays. The scrape interval must be known by then: samples are to be as far apart.
void load_recorded(ScenarioFile& file, yaml::Inputs& inputs, Diagnostics& diagnostics);

}  // namespace firedrill::scenario
