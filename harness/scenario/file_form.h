// The forms of all the files that firedrill reads: which kind a file is, and which of its keys say so.
#pragma once

#include "yaml/form.h"

namespace firedrill::scenario {

extern const yaml::FileForm kScenarioForm;
extern const yaml::FileForm kConfigurationForm;
// These, and those that stand beside their subjects: topologies, rule files, unit tests, SLO files, on-call files.
extern const yaml::FileForms kFileForms;

}  // namespace firedrill::scenario
