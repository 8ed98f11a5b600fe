// The files of recorded series that a scenario names.
#pragma once

#include <span>

#include "scenario/metric_inventory.h"
#include "scenario/scenario_yaml.h"
#include "yaml/inputs.h"

namespace firedrill::scenario {

// Fills in ScenarioFile::replays. The scrape interval must be known by then: samples are to be as far apart.
void load_recorded(ScenarioFile& file, yaml::Inputs& inputs, Diagnostics& diagnostics);

// What a recording shows has the type that the world's own metrics of its name have, and is no series that Prometheus
// makes of a scrape. A warning tells of one that lies outside of the run. `named_at` are the places of
// exposing.replays.
void check_recorded(const Exposing& exposing, std::span<const Position> named_at, Diagnostics& diagnostics);

}  // namespace firedrill::scenario
