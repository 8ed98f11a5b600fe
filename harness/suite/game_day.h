// A game day by hand: the sheets that people lead it and take part in it by, from a scenario and a simulated run of it.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/output/output_folder.h"
#include "record/record.h"
#include "reports/game_day/game_day.h"
#include "scenario/load.h"

namespace firedrill::suite {

// What the record of a run does not hold and its leader needs: what would cure each fault, where alerts lead, silences.
reports::game_day::Briefing briefing_of(const scenario::LoadedScenario& scenario);

// The folder of the sheets, and their names in it.
const output::FolderKind& game_day_folder();
std::vector<std::string> game_day_names();
// facilitator.html, facilitator.md, participants.html, participants.md.
std::vector<output::File> game_day_files(const scenario::LoadedScenario& scenario, const record::Record& record);

}  // namespace firedrill::suite
