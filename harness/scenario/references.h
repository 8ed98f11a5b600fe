// What parts of a scenario say of each other by name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "alerting/rule_file.h"
#include "fake_services/topology/topology.h"
#include "record/expectation.h"
#include "scenario/scenario_yaml.h"

namespace firedrill::scenario {

// Tells that there is no such thing; of a null pointer, or what is no text, nothing.
void check_reference(const yaml::Node* node, std::string_view what, const std::vector<std::string>& known,
                     Diagnostics& diagnostics);

// The scenario's own metrics and recorded series: that the services and faults exist which they name; that series of
// one name have one type, whichever exporter, metric or recording they are of; that no series is recorded twice. What
// is null is not known, and not looked at.
void check_metrics(const ScenarioFile& file, const std::vector<std::string>* services,
                   const fake_services::Topology* topology, Diagnostics& diagnostics);

// Warns of patterns and groups that `except` and `except_groups` name and that no alert of the rules fits.
void warn_of_exceptions(const std::vector<record::Expectation>& expectations,
                        const std::vector<alerting::RuleFile>& rules, Diagnostics& diagnostics);

}  // namespace firedrill::scenario
