// What of the scenario's own metrics never changes.
#pragma once

#include <span>
#include <vector>

#include "alerting/rule_file.h"
#include "fake_services/topology/topology.h"
#include "incident/expectations/known_names.h"
#include "scenario/scenario_yaml.h"

namespace firedrill::scenario {

// The labels that stand as a text (`=eu`) in all that brings series of a name, by the names as they are stored (a
// histogram's with their endings). Left out is whatever may be otherwise: a label that targets have too and that is
// renamed exported_…, a metric that a rule records or that monitoring brings by itself; and all of them where something
// changes labels before they are stored. An empty value stands for not having the label.
std::vector<incident::ConstantLabel> constant_labels(const ScenarioFile& file, const fake_services::Topology& topology,
                                                     std::span<const alerting::RuleFile> rules);

}  // namespace firedrill::scenario
