// The playbooks that a scenario or a folder has, and what they are held against.
#pragma once

#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "alerting/rule_file.h"
#include "base/diagnostic.h"
#include "base/files/read_scope.h"
#include "fake_services/topology/topology.h"
#include "oncall/playbook/playbook.h"
#include "oncall/playbook/playbook_lints.h"

namespace firedrill::scenario {

// What a scenario names: a file ends in .md, anything else is a folder whose .md files are playbooks if they say so in
// their first line. Paths count from the scope's folder, whose name is `folder`; its own playbook.md is among them,
// named or not.
std::vector<oncall::Playbook> load_playbooks(std::span<const std::string> paths, std::span<const Position> places,
                                             const ReadScope& scope, const std::string& folder,
                                             Diagnostics& diagnostics);
// Of a file alone, in the folder of that name.
oncall::Playbook load_playbook(const SourcePtr& source, const std::filesystem::path& path, const std::string& folder,
                               Diagnostics& diagnostics);

// Which alerts name which playbooks.
std::vector<oncall::PlaybookUse> playbook_uses(std::span<const alerting::RuleFile> files);
std::set<std::string, std::less<>> alert_names(std::span<const alerting::RuleFile> files);
// What a step is given beside what it is done to, as the table of actions has it (fake_services/actions).
events::Arguments arguments_of(const oncall::Command& command);

// What is said of a scenario's playbooks: errors of the steps of those that its alerts name, or that stand in its
// folder; warnings of lints. `all`: an alert that leads to none of them leads nowhere.
// `roster`: whom they may call; null: that is not known.
struct PlaybookFindings {
  Diagnostics errors;
  Diagnostics lints;
};
PlaybookFindings check_playbooks(std::span<const oncall::Playbook> playbooks,
                                 std::span<const alerting::RuleFile> rule_files,
                                 const fake_services::Topology& topology, const std::string& folder, bool all,
                                 const oncall::Roster* roster);

}  // namespace firedrill::scenario
