// A scenario as users name it.
#pragma once

#include <string>

#include "base/files/read_scope.h"

namespace firedrill::cli {

// The scenario of that path; else, of a name without a folder, the one of the library beneath the working directory (a
// report names it so) or of the installed one, whose scenarios share files: they may be read then.
std::string found_scenario(const std::string& given, ReadOptions& reads);

}  // namespace firedrill::cli
