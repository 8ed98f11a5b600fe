// A scenario as users name it.
#pragma once

#include <string>

#include "base/files/read_scope.h"

namespace firedrill::cli {

// The scenario of that path; else, of a name without a folder, the one of the library beneath the working directory;
// else the one of that path from a folder above, up to the top of the repository (a report names it from there, or
// where there is none from the folder above the scenario's); else, of a name without a folder, that of the installed
// library, whose scenarios share files: they may be read then.
std::string found_scenario(const std::string& given, ReadOptions& reads);

}  // namespace firedrill::cli
