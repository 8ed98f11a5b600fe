// A scenario as users name it.
#pragma once

#include <string>

namespace firedrill::cli {

// The scenario of that path; else, of a name without a folder, the one of the library beneath the working directory: a
// report names it so.
std::string found_scenario(const std::string& given);

}  // namespace firedrill::cli
